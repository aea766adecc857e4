//! Access reviews: opened by an administrator, answered by whoever answers for people, reminded of and ended by policy.

use std::collections::BTreeMap;

use bell_access::audit::{Detail, Who};
use bell_access::{
    AccessReview, Actor, Decision, Due, Filter, Freeze, Grant, Guard, Object, Permission, Proof, ReviewDue,
    ReviewRefusal, UserId, Verdict, decide,
};
use bell_api::doors::{
    AccessReviewSeen, AccessReviewsSeen, Doing, NoticeContent, Refused, ReviewItemSeen, ReviewSaid, Reviews, SignedIn,
};
use bell_store::accounts::{Changing, PeopleWanted, Person, ReviewItem};
use bell_types::Wall;

use super::people::{allowed, business};
use super::{Accounts, done, logged, notices};
use crate::clock::wall;

/// How many people are read at one time.
const PAGE: u64 = 500;

impl Accounts {
    async fn reviews(&self, who: &SignedIn) -> Result<AccessReviewsSeen, Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let people = self.people_of(&who.actor).await?;
        let rows = self.rows().await?;
        let mut reviews = Vec::new();
        for review in rows.reviews().await.map_err(Refused::unavailable)? {
            let items = rows.review_items(review.review).await.map_err(Refused::unavailable)?;
            reviews.push(self.review_seen(review, &of_people(items, &people)).await?);
        }
        let overdue = |person: &Person| {
            let findings = bell_access::review(now, &person.user, &world.roles, &settings.policy);
            findings.into_iter().filter(|finding| finding.due == Due::Confirmation).count()
        };
        let due = people.values().filter(|person| is_here(person)).map(overdue).sum();
        Ok(AccessReviewsSeen { reviews, due })
    }

    async fn open_review(&self, who: &SignedIn) -> Result<AccessReviewSeen, Refused> {
        self.may_open(who)?;
        let (settings, now) = (self.settings(), wall());
        let everybody = self.people_within(&Filter::all(who.actor.tenant())).await?;
        let mut change = self.begin().await?;
        let rows = change.rows();
        if rows.reviews().await.map_err(Refused::unavailable)?.iter().any(|review| review.is_open(now)) {
            return Err(refused(&ReviewRefusal::OneOpen));
        }
        let id = change.next_review().await.map_err(Refused::unavailable)?;
        let review = AccessReview::open(id, now, who.actor.user(), &settings.policy);
        change.put_review(&review).await.map_err(Refused::unavailable)?;
        let mut items = Vec::new();
        for person in everybody.values().filter(|person| is_here(person)) {
            for Grant { role, place, .. } in &person.user.grants {
                let (role, place) = (role.clone(), *place);
                let person = person.user.user;
                items.push(ReviewItem { person, role, place, verdict: None, decided_by: None, decided_at: None });
            }
        }
        for item in &items {
            change.put_review_item(id, item).await.map_err(Refused::unavailable)?;
        }
        tell(&mut change, who, "review.open", format!("access review {id}"), &[]).await?;
        let told = self.remind(&mut change, &review, (&items, &everybody)).await?;
        self.commit(change).await?;
        told.into_iter().for_each(|user| self.tell_noticed(user));
        self.review_seen(review, &items).await
    }

    async fn review_items(&self, who: &SignedIn, id: u64) -> Result<Vec<ReviewItemSeen>, Refused> {
        let (rows, people, now) = (self.rows().await?, self.people_of(&who.actor).await?, wall());
        let review = rows.review(id).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)?;
        let items = of_people(rows.review_items(id).await.map_err(Refused::unavailable)?, &people);
        let mut names = BTreeMap::new();
        for by in items.iter().filter_map(|item| item.decided_by) {
            if let std::collections::btree_map::Entry::Vacant(vacant) = names.entry(by) {
                vacant.insert(self.name_of(by).await?);
            }
        }
        let seen = |item: ReviewItem| {
            let person = people.get(&item.person)?;
            let grant = held(person, &item);
            let can = item.verdict.is_none() && review.check(now, &who.actor, &person.user).is_ok();
            Some(ReviewItemSeen {
                user: item.person,
                name: person.name.clone(),
                display_name: person.display_name.clone(),
                since: grant.map(|grant| grant.since),
                confirmed: grant.map(|grant| grant.confirmed),
                role: item.role,
                place: item.place,
                verdict: item.verdict,
                decided_by: item.decided_by.and_then(|by| names.get(&by).cloned()),
                decided_at: item.decided_at,
                can,
            })
        };
        Ok(items.into_iter().filter_map(seen).collect())
    }

    async fn say_of_role(&self, who: &SignedIn, id: u64, said: ReviewSaid) -> Result<(), Refused> {
        let (world, now) = (self.world().await?, wall());
        let mut change = self.begin().await?;
        let review = change.rows().review(id).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)?;
        let mut person = self.changing(&change, said.user).await?;
        review.check(now, &who.actor, &person.user).map_err(|refusal| refused(&refusal))?;
        let items = change.rows().review_items(id).await.map_err(Refused::unavailable)?;
        let is_this = |item: &ReviewItem| {
            item.person == said.user && item.role == said.role && item.place == said.place && item.verdict.is_none()
        };
        let item = items.into_iter().find(is_this).ok_or_else(|| refused(&ReviewRefusal::NotAsked))?;
        let grant = held(&person, &item).cloned();
        match (grant, said.keep) {
            (Some(grant), true) => {
                let confirmed =
                    person.user.grants.iter_mut().find(|has| has.role == grant.role && has.place == grant.place);
                confirmed.into_iter().for_each(|has| has.confirmed = now);
            }
            (Some(grant), false) => {
                if self.may_change(who, Permission::RoleGrant, &person.user, &world)? == Guard::FourEyes {
                    return Err(business(
                        "review_guarded",
                        "a role of a super administrator or auditor is taken away on the page of people, where a \
                         second person approves it",
                        "超级管理员和审计用户的角色请在人员页取消，由另一位管理员审批",
                    ));
                }
                self.take(&mut change, who, (&mut person, &world), &grant).await?;
            }
            // It was taken away meanwhile: whatever is said of it, it is gone.
            (None, _) => {}
        }
        let verdict = if said.keep { Verdict::Kept } else { Verdict::Removed };
        let by = Some(who.actor.user());
        let item = ReviewItem { verdict: Some(verdict), decided_by: by, decided_at: Some(now), ..item };
        change.put_review_item(id, &item).await.map_err(Refused::unavailable)?;
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        let details = [("role", item.role.to_string()), ("verdict", verdict.code().to_owned())];
        tell(&mut change, who, "review.say", format!("user {}", person.name), &details).await?;
        self.present().update(&person);
        self.commit(change).await
    }

    async fn close_review(&self, who: &SignedIn, id: u64) -> Result<(), Refused> {
        self.may_open(who)?;
        let mut change = self.begin().await?;
        let review = change.rows().review(id).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)?;
        if review.closed.is_some() {
            return Err(refused(&ReviewRefusal::Closed));
        }
        tell(&mut change, who, "review.close", format!("access review {id}"), &[]).await?;
        self.end_review(change, review).await
    }

    /// Reminds of what is open, and ends what is over. Whoever looks after accounts asks now and then.
    pub(super) async fn look_after_reviews(&self) -> Result<(), Refused> {
        let (policy, now) = (self.settings().policy.clone(), wall());
        let reviews = self.rows().await?.reviews().await.map_err(Refused::unavailable)?;
        for mut review in reviews {
            match review.due(now, &policy) {
                ReviewDue::Nothing => {}
                ReviewDue::Reminder => {
                    let everybody = self.everybody().await?;
                    let mut change = self.begin().await?;
                    review.reminded = now;
                    change.put_review(&review).await.map_err(Refused::unavailable)?;
                    let items = change.rows().review_items(review.review).await.map_err(Refused::unavailable)?;
                    let told = self.remind(&mut change, &review, (&items, &everybody)).await?;
                    self.commit(change).await?;
                    told.into_iter().for_each(|user| self.tell_noticed(user));
                }
                ReviewDue::End => {
                    let mut change = self.begin().await?;
                    let who = Who::System("access review".to_owned());
                    let entry = done(now, (who, None), "review.end", format!("access review {}", review.review));
                    change.tell(entry).await.map_err(Refused::unavailable)?;
                    self.end_review(change, review).await?;
                }
            }
        }
        Ok(())
    }

    /// What nobody said anything of lapses; by policy, such roles are taken away. Nobody loses what keeps the centre in hand:
    /// roles of super administrators and auditors stay, and the next review asks again.
    async fn end_review(&self, mut change: Changing, mut review: AccessReview) -> Result<(), Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        review.closed = Some(now);
        change.put_review(&review).await.map_err(Refused::unavailable)?;
        let items = change.rows().review_items(review.review).await.map_err(Refused::unavailable)?;
        for item in items.into_iter().filter(|item| item.verdict.is_none()) {
            let lapsed = ReviewItem { verdict: Some(Verdict::Lapsed), decided_at: Some(now), ..item };
            change.put_review_item(review.review, &lapsed).await.map_err(Refused::unavailable)?;
            let is_guarded = lapsed.role.as_str() == bell_access::SUPER_ADMIN
                || world.roles.get(&lapsed.role).is_some_and(bell_access::Role::audits);
            if is_guarded || !settings.policy.review_removes {
                continue;
            }
            let mut person = self.changing(&change, lapsed.person).await?;
            person.user.grants.retain(|has| has.role != lapsed.role || has.place != lapsed.place);
            change.put_person(&person).await.map_err(Refused::unavailable)?;
            self.present().update(&person);
            let who = Who::System("access review".to_owned());
            let mut entry = done(now, (who, None), "role.lapse", format!("user {}", person.name));
            entry.details = vec![("role".to_owned(), Detail::Plain(lapsed.role.to_string()))];
            change.tell(entry).await.map_err(Refused::unavailable)?;
        }
        self.commit(change).await
    }

    /// Tells those who answer for people of whose roles nothing was said yet; who they are.
    async fn remind(
        &self,
        change: &mut Changing,
        review: &AccessReview,
        (items, everybody): (&[ReviewItem], &BTreeMap<UserId, Person>),
    ) -> Result<Vec<UserId>, Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let mut told = Vec::new();
        for manager in everybody.values().filter(|person| is_here(person)) {
            let actor = Actor::new(&manager.user, &world.org, &world.roles, Proof::TwoFactors, &settings.policy);
            if actor.furthest(Permission::ReviewRun).is_err() {
                continue;
            }
            let asks = |item: &&ReviewItem| {
                let person = everybody.get(&item.person);
                item.verdict.is_none() && person.is_some_and(|person| review.check(now, &actor, &person.user).is_ok())
            };
            let open = items.iter().filter(asks).count();
            if open == 0 {
                continue;
            }
            let content = NoticeContent::AccessReview { open, ends: review.ends.to_string() };
            let notice = notices::for_person(manager.user.user, now, &content)?;
            notices::write(change, &manager.name, &notice).await?;
            told.push(manager.user.user);
        }
        Ok(told)
    }

    /// Who opens or closes a review does so for the whole centre.
    fn may_open(&self, who: &SignedIn) -> Result<Decision, Refused> {
        allowed(decide(&who.actor, Permission::ReviewRun, &Object::of_tenant(who.actor.tenant())))
    }

    /// The people somebody answers for.
    async fn people_of(&self, actor: &Actor) -> Result<BTreeMap<UserId, Person>, Refused> {
        let filter = actor.filter(Permission::ReviewRun).map_err(Refused::Denied)?;
        self.people_within(&filter).await
    }

    pub(super) async fn everybody(&self) -> Result<BTreeMap<UserId, Person>, Refused> {
        let tenant = self.rows().await?.tenant();
        self.people_within(&Filter::all(tenant)).await
    }

    async fn people_within(&self, filter: &Filter) -> Result<BTreeMap<UserId, Person>, Refused> {
        let rows = self.rows().await?;
        let mut people = BTreeMap::new();
        let mut after = UserId(0);
        // It ends: each page begins behind the one before.
        loop {
            let wanted = PeopleWanted { named: None, units: None, role: None, after, rows_max: PAGE };
            let page = rows.people(filter, &wanted).await.map_err(Refused::unavailable)?;
            let Some(last) = page.last() else { return Ok(people) };
            after = last.user.user;
            people.extend(page.into_iter().map(|person| (person.user.user, person)));
        }
    }

    async fn review_seen(&self, review: AccessReview, items: &[ReviewItem]) -> Result<AccessReviewSeen, Refused> {
        let count = |is: &dyn Fn(&ReviewItem) -> bool| items.iter().filter(|item| is(item)).count();
        Ok(AccessReviewSeen {
            review: review.review,
            opened: review.opened,
            opened_by: self.name_of(review.opened_by).await?,
            ends: review.ends,
            closed: review.closed,
            asked: items.len(),
            decided: count(&|item| item.verdict.is_some_and(|verdict| verdict != Verdict::Lapsed)),
            removed: count(&|item| item.verdict == Some(Verdict::Removed)),
        })
    }
}

impl Reviews for Accounts {
    fn reviews<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, AccessReviewsSeen> {
        Box::pin(self.reviews(who))
    }

    fn open_review<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, AccessReviewSeen> {
        Box::pin(self.open_review(who))
    }

    fn review_items<'a>(&'a self, who: &'a SignedIn, review: u64) -> Doing<'a, Vec<ReviewItemSeen>> {
        Box::pin(self.review_items(who, review))
    }

    fn say_of_role<'a>(&'a self, who: &'a SignedIn, review: u64, said: ReviewSaid) -> Doing<'a, ()> {
        Box::pin(self.say_of_role(who, review, said))
    }

    fn close_review<'a>(&'a self, who: &'a SignedIn, review: u64) -> Doing<'a, ()> {
        Box::pin(self.close_review(who, review))
    }
}

/// Who has left may nothing, and is not asked about.
pub(super) fn is_here(person: &Person) -> bool {
    !matches!(person.account.freeze, Some(Freeze::Left { .. }))
}

fn held<'a>(person: &'a Person, item: &ReviewItem) -> Option<&'a Grant> {
    person.user.grants.iter().find(|grant| grant.role == item.role && grant.place == item.place)
}

fn of_people(items: Vec<ReviewItem>, people: &BTreeMap<UserId, Person>) -> Vec<ReviewItem> {
    items.into_iter().filter(|item| people.contains_key(&item.person)).collect()
}

async fn tell(
    change: &mut Changing,
    who: &SignedIn,
    action: &str,
    object: String,
    details: &[(&str, String)],
) -> Result<(), Refused> {
    let now: Wall = wall();
    let mut entry = done(now, (logged(who), None), action, object);
    entry.address = Some(who.address);
    entry.details = details.iter().map(|(name, value)| ((*name).to_owned(), Detail::Plain(value.clone()))).collect();
    change.tell(entry).await.map(drop).map_err(Refused::unavailable)
}

fn refused(refusal: &ReviewRefusal) -> Refused {
    let (code, zh) = match refusal {
        ReviewRefusal::Denied(denied) => return Refused::Denied(denied.clone()),
        ReviewRefusal::Closed => ("review_closed", "此次权限复核已结束"),
        ReviewRefusal::OneOpen => ("review_open", "已有一次权限复核正在进行，请先结束它"),
        ReviewRefusal::OwnRoles => ("review_own_roles", "不能复核自己的角色，请由另一位管理员操作"),
        ReviewRefusal::NotAsked => ("review_not_asked", "此角色不在本次复核中，或已处理"),
    };
    business(code, &refusal.to_string(), zh)
}
