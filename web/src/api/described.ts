// Made of docs/openapi.json by `npm run describe`; not changed by hand.

export interface components {
    schemas: {
        /** @description A person was created, or something was done to an account. */
        ActedView: {
            /** @description A password for one sign-in, shown once. */
            password?: string | null;
            /** @description How the person stands now. */
            person: components["schemas"]["PersonView"];
            /** @description The request for approval, if a role waits for a second person. */
            waits_for?: string | null;
        };
        /** @description What somebody of the house did in a call. */
        ActionView: {
            /** @description What: `hold`, `resume`, `transfer`, `consult`, `listen`, `help`, `release`. */
            action: string;
            /** @description When. */
            at: string;
            /** @description Who: an agent, `operator`, `caller`, `external`; none: the system itself. */
            by?: string | null;
            /** @description For what was asked for: `accepted`, or the code of the refusal. */
            outcome?: string | null;
            /** @description To whom: `agent:bob`, `queue:sales`, `number:95588`. */
            target?: string | null;
        };
        /**
         * @description What an agent does.
         * @enum {string}
         */
        Activity: "idle" | "offered" | "talking" | "wrap_up" | "unreachable";
        /** @description What is asked of a call. */
        ActSent: {
            /** @description What. */
            do: components["schemas"]["ActWhat"];
            target?: components["schemas"]["TargetSent"] | null;
        };
        /**
         * @description What can be asked of a call.
         * @enum {string}
         */
        ActWhat: "hold" | "resume" | "transfer" | "escalate" | "consult" | "switch" | "complete" | "cancel_transfer" | "conference" | "leave" | "park" | "retrieve" | "release" | "listen" | "whisper" | "barge" | "intercept" | "stop_supervision" | "help";
        /** @description Where a phone came from. */
        AddressView: {
            /** @description Since when. */
            at: string;
            /** @description The address. */
            ip: string;
        };
        /** @description What is the matter, and what to do about it. */
        AdviceView: {
            /** @description As programs know it. */
            code: string;
            /** @description In words. */
            en: string;
            /** @description What to do about it. */
            remedy_en: string;
            /** @description What to do about it; empty: nothing. */
            remedy_zh: string;
            /** @description In words. */
            zh: string;
        };
        /** @description The agent somebody is. */
        AgentLink: {
            /** @description His name in the configuration. */
            name: string;
        };
        /** @description An agent's calls and time. */
        AgentReportRow: components["schemas"]["AgentSums"] & {
            /** @description The agent. */
            agent: string;
            /** @description What others call him, if that is not his name. */
            display_name?: string | null;
        };
        /** @description Calls by agent. */
        AgentsReport: components["schemas"]["ReportHead"] & {
            /** @description Agents, by name. */
            rows: components["schemas"]["AgentReportRow"][];
            /** @description Their sum: what the queues' calls that were answered come to. */
            totals: components["schemas"]["AgentSums"];
        };
        /** @description What agents did. Times are of calls that count for them; those of their states are left out for long periods. */
        AgentSums: {
            /**
             * Format: int64
             * @description Calls of whose caller they were the last to talk with.
             */
            answered: number;
            /**
             * Format: int64
             * @description On a break.
             */
            break_ms?: number | null;
            /**
             * Format: int64
             * @description How long their callers were on hold.
             */
            hold_ms: number;
            /**
             * Format: int64
             * @description Offers they did not take.
             */
            missed?: number | null;
            /**
             * Format: int64
             * @description Summaries that were not written in time (AGT-04): of each call they had a part in, whoever talked last.
             */
            not_filled: number;
            /**
             * Format: int64
             * @description Signed in.
             */
            signed_in_ms?: number | null;
            /**
             * Format: int64
             * @description How long was talked in these calls.
             */
            talk_ms: number;
            /** @description What callers said of them: of each survey, those who talked last before it. */
            votes: components["schemas"]["VotesView"];
            /**
             * Format: int64
             * @description Wrapping up.
             */
            wrap_up_ms?: number | null;
        };
        /** @description An agent, as of now. */
        AgentView: {
            /** @description What he does. */
            activity: components["schemas"]["Activity"];
            /** @description His name. */
            agent: string;
            /** @description The call he is in or is being offered. */
            call?: string | null;
            /** @description What others call him, if that is not his name. */
            display_name?: string | null;
            /** @description His phones that can be reached. */
            phones: string[];
            /** @description What he asked for. */
            presence: components["schemas"]["Presence"];
            /** @description The queues he serves. */
            queues: string[];
            /** @description Why he takes a break. */
            reason?: string | null;
            shift?: components["schemas"]["ShiftView"] | null;
            /** @description Since when; none: nothing is known of him since the node began. */
            since?: string | null;
            /** @description What he is able to do, each with his level. */
            skills: {
                [key: string]: number;
            };
            /** @description That call. */
            wrap_up_call?: string | null;
            /** @description Until when he may finish the last call's work. */
            wrap_up_until?: string | null;
        };
        /**
         * @description What asks for attention.
         * @enum {string}
         */
        AlertKind: "queue_wait" | "trunk_down" | "help" | "nuisance" | "phone_lost";
        /** @description Something that asks for attention. */
        AlertView: {
            /** @description The agent it is about. */
            agent?: string | null;
            /** @description What it is. */
            kind: components["schemas"]["AlertKind"];
            lost?: components["schemas"]["PhoneLostView"] | null;
            /** @description The queue it belongs to. */
            queue?: string | null;
            /** @description Since when. */
            since: string;
            /** @description Of what: a queue, a trunk, a call, a number, an agent. */
            subject: string;
        };
        /** @description Requests. */
        ApprovalsView: {
            /** @description They, the newest first. */
            items: components["schemas"]["ApprovalView"][];
        };
        /** @description A request for a second pair of eyes. */
        ApprovalView: {
            /** @description What is to be done: a code. */
            act: string;
            /** @description When. */
            answered_at?: string | null;
            /** @description The name of who answered. */
            answered_by?: string | null;
            /** @description Its id. */
            approval: string;
            /** @description When it was made. */
            asked_at: string;
            /** @description The name of who made it. */
            asked_by: string;
            /** @description Why not. */
            because?: string | null;
            /** @description Until when it can be answered or used. */
            ends: string;
            export?: components["schemas"]["ExportAskedView"] | null;
            /** @description Whether it is one's own: nobody answers what he asked for. */
            mine: boolean;
            /** @description Why. */
            reason: string;
            /** @description `waiting`, `approved`, `refused`, `withdrawn`, `used`, or `expired`. */
            state: string;
            /** @description To what, and how, in full. */
            subject: string;
        };
        /** @description What arrived from the carrier since somebody began to watch. */
        ArrivalsView: {
            /** @description What they mean, or why there may be none. */
            advice: components["schemas"]["FirstAdviceView"];
            /** @description Until when it was looked. */
            at: string;
            /** @description The calls, in order. */
            items: components["schemas"]["ArrivalView"][];
        };
        /** @description A call that arrived from the carrier. */
        ArrivalView: {
            /** @description When. */
            at: string;
            /** @description The call, if it was taken. */
            call?: string | null;
            /** @description The called number, as the carrier shows it. */
            called: string;
            /** @description Who called, if that was shown. */
            caller?: string | null;
            /** @description Why it was not. */
            cause?: string | null;
            /** @description The trunk. */
            trunk?: string | null;
        };
        /** @description An article that was found. */
        ArticleFoundView: {
            /** @description Its id. */
            article: string;
            /** @description The piece of its text that was found. */
            excerpt: string;
            /** @description Whether it is the answer that was agreed on. */
            standard: boolean;
            /** @description What it is about. */
            title: string;
        };
        /** @description An article as it is to be. */
        ArticleSent: {
            /** @description The queues it is for; none: all. */
            queues?: string[];
            /** @description Whether it is the answer that was agreed on. */
            standard?: boolean;
            /** @description What it says. */
            text: string;
            /** @description What it is about, in one line. */
            title: string;
            /**
             * Format: int64
             * @description The version it was changed from, 0 for a new one; if it is another one meanwhile, nothing changes.
             */
            version?: number | null;
        };
        /** @description Articles that were found. */
        ArticlesView: {
            /** @description They, standard answers first. */
            items: components["schemas"]["ArticleFoundView"][];
        };
        /** @description An article. */
        ArticleView: {
            /** @description Its id. */
            article: string;
            /** @description The queues it is for; none: all. */
            queues: string[];
            /** @description Whether it is the answer that was agreed on. */
            standard: boolean;
            /** @description What it says. */
            text: string;
            /** @description What it is about. */
            title: string;
            /** @description When it was changed last. */
            updated: string;
            /** @description By whom. */
            updated_by: string;
            /**
             * Format: int64
             * @description Counted from 1.
             */
            version: number;
        };
        /** @description How telling went, the newest first. */
        AttemptsView: {
            /** @description The last 200 are kept. */
            items: components["schemas"]["AttemptView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description How telling an event went. */
        AttemptView: {
            /** @description When it was tried. */
            at: string;
            /** @description Its number. */
            attempt: string;
            /** @description Why it was not taken. */
            error?: string | null;
            /** @description The event. */
            event: string;
            /** @description What it is about. */
            kind: string;
            /**
             * Format: int32
             * @description The status of the answer; none: there was no answer.
             */
            status?: number | null;
            /**
             * Format: int64
             * @description How long that took.
             */
            took_ms: number;
        };
        /** @description Some records, the newest first. */
        AuditPageView: {
            /** @description They. */
            items: components["schemas"]["AuditView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A record of the log. */
        AuditView: {
            /** @description What. */
            action: string;
            /** @description From where. */
            address?: string | null;
            /** @description When. */
            at: string;
            /** @description What else, masked. */
            details: {
                [key: string]: string;
            };
            /** @description The hash of the record, in hexadecimal. */
            hash: string;
            /** @description Whether a `user`, a `token`, a `stranger` or the `system` did it. */
            kind: string;
            /** @description The name at that time. */
            name: string;
            /** @description To what. */
            object: string;
            /** @description `done`, `refused` or `failed`. */
            outcome: string;
            /**
             * Format: int64
             * @description Its place.
             */
            seq: number;
            /** @description The id of the account. */
            user?: string | null;
            /** @description Why not. */
            why?: string | null;
        };
        /** @description What a browser is to do. */
        BeginView: {
            /** @description `PublicKeyCredentialCreationOptions` in JSON. */
            options: unknown;
            /** @description What the answer must bring. */
            ticket: string;
        };
        /** @description A number on a deny list whose caller has talked with us. */
        BlockedRow: components["schemas"]["EntryView"] & {
            /** @description When last. */
            last_talk: string;
            /** @description The list. */
            list: string;
            /**
             * Format: int64
             * @description In how many calls somebody talked with him.
             */
            talked: number;
            /**
             * Format: int64
             * @description How many of his calls were turned away.
             */
            turned_away: number;
        };
        /** @description Customers who are kept out. */
        BlockedView: {
            /** @description They, who talked last first. */
            items: components["schemas"]["BlockedRow"][];
            /** @description Whether the middle of numbers is hidden. */
            masked: boolean;
        };
        /** @description The ways in which an agent calls. */
        CallingModesView: {
            /** @description Those he may choose, the usual one first; then those that are retired, whose calls stay. */
            items: components["schemas"]["CallingModeView"][];
            /** @description The usual one. */
            preferred?: string | null;
        };
        /** @description A way in which calls are placed. */
        CallingModeView: {
            /** @description And in English. */
            en: string;
            /** @description Where it is explained. */
            help?: string | null;
            /** @description And in English. */
            hint_en?: string | null;
            /** @description What it is good for, in Chinese. */
            hint_zh?: string | null;
            /** @description Its name, as call records keep it. */
            mode: string;
            /** @description Since when it cannot be chosen any more. */
            retired_at?: string | null;
            /** @description What people read, in Chinese. */
            zh: string;
        };
        /** @description A call that has ended, in a row. */
        CallRowView: {
            /** @description The last agent who talked with the caller. */
            agent?: string | null;
            /** @description Every agent who had it. */
            agents: string[];
            /** @description The first call of the attempt to reach this contact that it belongs to. */
            attempt?: string | null;
            /** @description The call. */
            call: string;
            /** @description What was called. */
            called: string;
            /** @description Who called; none: withheld. */
            caller?: string | null;
            /** @description Why it ended: the code of the catalogue. */
            cause: string;
            /** @description Which way. */
            direction: components["schemas"]["Direction"];
            /** @description The result that was written last: the codes from the root of the tree. */
            disposition?: string[] | null;
            /** @description In English. */
            disposition_en?: string | null;
            /** @description What these were called, in Chinese. */
            disposition_zh?: string | null;
            /** @description When its last leg ended. */
            ended: string;
            /** @description Who ended it. */
            ended_by: string;
            /** @description The flow that greeted it. */
            flow: string;
            /**
             * Format: int64
             * @description On hold.
             */
            hold_ms: number;
            /**
             * Format: int64
             * @description In the flow.
             */
            ivr_ms: number;
            /**
             * Format: int64
             * @description From arrival to end.
             */
            length_ms: number;
            /** @description The mode it was placed by; none: it was not placed, or by no mode. */
            mode?: string | null;
            /** @description What became of it. */
            outcome: components["schemas"]["Outcome"];
            /** @description The last queue it was in. */
            queue?: string | null;
            /** @description The recording's state: `recorded`, `partial`, `failed`; none if there was to be none. */
            recording?: string | null;
            /** @description Its recordings. */
            recordings: string[];
            /** @description Where the caller's number is from. */
            region?: string | null;
            /**
             * Format: int64
             * @description While agents' phones rang.
             */
            ring_ms: number;
            /** @description When it arrived. */
            started: string;
            /** @description How its summaries stand, the one that asks for most: `open`, `filled`, `not_filled`; none if none is asked for. */
            summary?: string | null;
            /** @description Whether one was not written in time, though it was later. */
            summary_late: boolean;
            /**
             * Format: int64
             * @description Talking.
             */
            talk_ms: number;
            /**
             * Format: int64
             * @description Waiting in queues.
             */
            wait_ms: number;
        };
        /** @description Some calls, the newest first. */
        CallsPage: {
            /** @description They. */
            items: components["schemas"]["CallRowView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /**
         * @description Where a call is.
         * @enum {string}
         */
        CallStage: "arriving" | "ivr" | "queue" | "ringing" | "talk" | "hold" | "transfer" | "consult" | "conference" | "parked" | "missing";
        /** @description A call, as of now. */
        CallView: {
            /** @description Who talks with the caller, or is being offered the call. */
            agent?: string | null;
            /** @description Every agent who has to do with it now. */
            agents: string[];
            /** @description The call. */
            call: string;
            /** @description What was called. */
            called: string;
            /** @description Who called; none: withheld. */
            caller?: string | null;
            /** @description Which way. */
            direction: components["schemas"]["Direction"];
            /** @description The flow that greeted it. */
            flow: string;
            /** @description Since when an agent in it asks for help. */
            help_since?: string | null;
            /** @description Its legs. */
            legs: components["schemas"]["LegNowView"][];
            /** @description The queue it waits in, or waited in last. */
            queue?: string | null;
            /** @description Whether it is recorded. */
            recording: boolean;
            /** @description Where the caller's number is from. */
            region?: string | null;
            /** @description Since when it is there. */
            since: string;
            /** @description Where it is. */
            stage: components["schemas"]["CallStage"];
            /** @description Since when it is. */
            started: string;
            /** @description Who listens, whispers or has come in. */
            supervised_by: components["schemas"]["SupervisorView"][];
        };
        /** @description One call with all that is known of it. */
        CallWhole: {
            /** @description What agents and supervisors did. */
            agent_actions: components["schemas"]["ActionView"][];
            /** @description Its routing decisions, with who was considered and who was held back and why. */
            decisions: Record<string, never>[];
            /** @description The keys that were pressed. */
            digits: components["schemas"]["DigitView"][];
            /** @description Its facts, in order. */
            facts: components["schemas"]["FactView"][];
            /** @description Its legs. */
            legs: components["schemas"]["LegView"][];
            /** @description The quality of its legs over time. */
            quality: components["schemas"]["QualityView"][];
            record?: components["schemas"]["CallRowView"] | null;
            /** @description What each leg's microphone delivered, every 30 s. */
            voice: components["schemas"]["MicrophoneView"][];
            /** @description When each leg sounded worst, and why it likely did. */
            worst: components["schemas"]["WorstView"][];
        };
        /** @description Two passwords. */
        ChangePasswordSent: {
            /** @description The one to come. */
            new: string;
            /** @description The present one. */
            old: string;
        };
        /**
         * @description How a check came out.
         * @enum {string}
         */
        CheckLevel: "ok" | "warning" | "failed" | "skipped";
        /** @description A report of the check of one's own devices. */
        CheckReportSent: {
            /** @description What the browser calls itself. */
            browser?: string;
            /** @description Whether everything was looked at and nothing failed. */
            passed: boolean;
            /** @description What was found. */
            results: components["schemas"]["CheckResult"][];
            /**
             * Format: int64
             * @description How long the check took.
             */
            took_ms: number;
        };
        /** @description Some reports, the newest first. */
        CheckReportsView: {
            /** @description They. */
            items: components["schemas"]["CheckReportView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A report of the check of an agent's devices. */
        CheckReportView: {
            /** @description Whose devices. */
            agent: string;
            /** @description When it came. */
            at: string;
            /** @description What the browser calls itself. */
            browser: string;
            /** @description Whether everything was looked at and nothing failed. */
            passed: boolean;
            /** @description Its id. */
            report: string;
            /** @description What was found. */
            results: components["schemas"]["CheckResult"][];
            /**
             * Format: int64
             * @description How long the check took.
             */
            took_ms: number;
        };
        /** @description How one check went. */
        CheckResult: {
            /** @description Why it did not go well, as a code. */
            cause?: string | null;
            /** @description Which: `permission`, `microphone`, `speaker`, `route`, `network`, `echo`. */
            check: string;
            /** @description What was measured, each with its unit in its name. */
            figures?: {
                [key: string]: number;
            };
            /** @description How. */
            level: components["schemas"]["CheckLevel"];
        };
        /** @description One thing that was looked at. */
        CheckView: {
            /** @description What. */
            check: string;
            /** @description As programs know it. */
            code: string;
            /** @description What was found. */
            found: string;
            /** @description How it came out. */
            level: components["schemas"]["CheckLevel"];
            /** @description What to do about it. */
            remedy?: string | null;
        };
        /** @description A value of a field. */
        ChoiceView: {
            /** @description As records know it. */
            code: string;
            /** @description In English. */
            en: string;
            /** @description In Chinese. */
            zh: string;
        };
        /** @description Whether the first run is over. */
        CloseSent: {
            /** @description It. */
            closed: boolean;
        };
        /** @description A code of the authenticator. */
        CodeSent: {
            /** @description The code. */
            code: string;
        };
        /** @description What the company is called, and how it speaks. */
        CompanySent: {
            /** @description The language its callers are spoken to in: `zh-CN` or `en-US`. */
            language: string;
            /** @description Its name. */
            name: string;
            /** @description Its time zone. */
            zone: string;
        };
        /** @description A configuration took effect. */
        ConfigApplied: {
            /** @description What it changed. */
            difference: string;
            /**
             * Format: int64
             * @description Its version; the one before if nothing changed.
             */
            version: number;
            /** @description What is allowed but unwise. */
            warnings: string[];
        };
        /** @description What a configuration would be. */
        ConfigChecked: {
            /** @description What it changes, as a unified difference without passwords. */
            difference: string;
            /** @description What is wrong; nothing: it can be applied. */
            mistakes: components["schemas"]["MistakeView"][];
            /** @description What is allowed but unwise. */
            warnings: string[];
        };
        /** @description A configuration to be put in force. */
        ConfigPut: {
            /**
             * Format: int64
             * @description The version it was changed from.
             */
            base_version: number;
            /** @description What is said of it. */
            comment?: string;
            /** @description The files it names; those that are left out stay. */
            files?: {
                [key: string]: string;
            };
            /** @description The main file. */
            text: string;
        };
        /** @description A configuration to be checked. */
        ConfigSent: {
            /** @description The files it names; those that are left out stay. */
            files?: {
                [key: string]: string;
            };
            /** @description The main file. */
            text: string;
        };
        /** @description A version without its text. */
        ConfigVersionView: {
            /** @description When it took effect. */
            applied_at?: string | null;
            /** @description Who applied it. */
            by?: string | null;
            /** @description What he said. */
            comment?: string | null;
            /**
             * Format: int64
             * @description Its number.
             */
            version: number;
        };
        /** @description A version of the configuration. */
        ConfigView: {
            /** @description When it took effect. */
            applied_at?: string | null;
            /** @description Who applied it. */
            by?: string | null;
            /** @description What he said. */
            comment?: string | null;
            /** @description The files it names, by their name. */
            files: {
                [key: string]: string;
            };
            /** @description The main file; passwords show as `***`, and stay what they are if they are sent back so. */
            text: string;
            /**
             * Format: int64
             * @description Its number, counting from 1.
             */
            version: number;
        };
        /** @description Where a customer can be reached. */
        ContactView: {
            /** @description Who answers there; empty if that is not known. */
            name: string;
            /** @description The number. */
            number: string;
            /** @description What he is to the customer. */
            relation?: string | null;
            /** @description Whether it was found to be somebody else's. */
            wrong: boolean;
        };
        /** @description Why a flow may not be published. */
        CounterExampleView: {
            /**
             * Format: int32
             * @description The line of the node it shows at.
             */
            line: number;
            /** @description How a call gets there. */
            path: components["schemas"]["HopView"][];
            /** @description What is wrong. */
            problem: string;
        };
        /** @description How a system beside this one fares. */
        CrmView: {
            /** @description The fields that it fills, and that are changed there alone. */
            fields: string[];
            /** @description `ok`, `down`: only what is known here is shown, or `none`. */
            state: string;
        };
        /** @description What changed of a customer. */
        CustomerChangesView: {
            /** @description The newest first. */
            items: components["schemas"]["CustomerChangeView"][];
        };
        /** @description A value that changed. */
        CustomerChangeView: {
            /** @description When. */
            at: string;
            /** @description Who changed it. */
            by: string;
            /** @description During which call. */
            call?: string | null;
            /** @description What: `name`, `class`, a field, `contact`, `number_state`. */
            field: string;
            /** @description Since then. */
            new?: string | null;
            /** @description Before. */
            old?: string | null;
        };
        /** @description What is to be known of a customer. What is left out stays as it is. */
        CustomerSent: {
            /** @description The call it was learned in. */
            call?: string | null;
            /** @description His class, together with its reason; an empty one leaves it to the lists of callers. */
            class?: string | null;
            /** @description Why he is of that class. */
            class_reason?: string | null;
            /** @description Texts by field; an empty one, or null, takes it away. */
            fields?: Record<string, never>;
            /** @description His name; an empty one takes it away. */
            name?: string | null;
        };
        /** @description Who calls, as far as is known. */
        CustomerView: {
            /** @description Whom its prefix was given to, if it is a mobile one. */
            carrier?: string | null;
            /** @description `normal`, `new` if nothing is known of him, `vip`, `complaint`, or one of the centre's own. */
            class: string;
            /** @description Why he is of that class. */
            class_reason?: string | null;
            /** @description His other numbers, and who answers there. */
            contacts: components["schemas"]["ContactView"][];
            /** @description The system of customers beside this one. */
            crm: components["schemas"]["CrmView"];
            /** @description What else is known. */
            fields: {
                [key: string]: string;
            };
            greeting?: components["schemas"]["WordsView"] | null;
            /** @description Why he is greeted so: `complaint`, `transferred`, `vip`. */
            greeting_for?: string | null;
            /** @description His calls, the newest first. */
            history: components["schemas"]["PastView"][];
            /** @description Which fields the visitor's team sees, in this order. */
            layout: string[];
            /** @description The lists of callers he is on. */
            lists: string[];
            /** @description His name. */
            name?: string | null;
            /** @description The number he was asked for by. */
            number: string;
            region?: components["schemas"]["RegionView"] | null;
            /** @description His tickets, the next promise first. */
            tickets: components["schemas"]["TicketView"][];
            /** @description Whether this number was found to be somebody else's. */
            wrong: boolean;
        };
        /** @description A decision about one call, as far as it concerns an agent. */
        DecisionView: {
            /** @description When. */
            at: string;
            /** @description The call. */
            call: string;
            /** @description The queue. */
            queue: string;
            /** @description What became of the agent, in a sentence. */
            verdict: string;
            /** @description Who got it; none if nobody. */
            winner?: string | null;
        };
        /** @description A queue, as its agents see it. */
        DeskQueueView: {
            /** @description Its name. */
            queue: string;
            /** @description What people call it, if otherwise. */
            title?: string | null;
            /**
             * Format: int64
             * @description How many callers wait.
             */
            waiting: number;
            /** @description Since when the one who waits longest waits. */
            waiting_since?: string | null;
        };
        /** @description An agent's own desk. */
        DeskView: {
            /** @description What he does. */
            activity: components["schemas"]["Activity"];
            /** @description He. */
            agent: string;
            /** @description Why one may take a break. */
            break_reasons: components["schemas"]["ReasonView"][];
            /** @description The calls he is in. */
            calls: components["schemas"]["CallView"][];
            offer?: components["schemas"]["CallView"] | null;
            /** @description His phones. */
            phones: components["schemas"]["PhoneView"][];
            /** @description What he asked for. */
            presence: components["schemas"]["Presence"];
            /** @description The queues he serves. */
            queues: components["schemas"]["DeskQueueView"][];
            /** @description Why he takes a break. */
            reason?: string | null;
            shift?: components["schemas"]["ShiftView"] | null;
            /** @description Since when. */
            since?: string | null;
            /** @description How his day fares. */
            today: components["schemas"]["TodayView"];
            /** @description That call: its summary is what is asked for (AGT-04). */
            wrap_up_call?: string | null;
            /** @description Until when he may finish the last call's work. */
            wrap_up_until?: string | null;
        };
        /** @description The devices somebody is signed in on. */
        DevicesView: {
            /** @description They. */
            items: components["schemas"]["DeviceView"][];
        };
        /** @description A device somebody is signed in on. */
        DeviceView: {
            /** @description When somebody last did something. */
            active: string;
            /** @description From where. */
            address: string;
            /** @description Since when. */
            begun: string;
            /** @description Whether it is this one. */
            current: boolean;
            /** @description The login. */
            session: string;
            /** @description What its browser calls itself. */
            user_agent: string;
            /** @description Whether it rings and speaks. */
            voice: boolean;
        };
        /** @description What was looked at. */
        DiagnosisView: {
            /** @description The checks, in the order a call goes. */
            checks: components["schemas"]["CheckView"][];
            /**
             * Format: int64
             * @description How long it took.
             */
            took_ms: number;
        };
        /** @description A call that was begun. */
        DialledView: {
            /** @description It, if it is known already; its view comes with the live events in any case. */
            call?: string | null;
        };
        /** @description A call that is to be placed. */
        DialSent: {
            /** @description The failed call that this is another way of: both belong to one attempt to reach the contact. */
            again?: string | null;
            /** @description By which calling mode; the usual one otherwise. */
            mode?: string | null;
            /** @description The number of ours that the customer sees; the one that is set for the agent otherwise. */
            shown?: string | null;
            /** @description The number, as one types it. */
            to: string;
        };
        /** @description A figure that is not what it should be. */
        DifferenceView: {
            /** @description Which. */
            figure: string;
            /**
             * Format: int64
             * @description What the records come to.
             */
            records: number;
            /**
             * Format: int64
             * @description What the reports say.
             */
            report: number;
        };
        /** @description A key that was pressed. */
        DigitView: {
            /** @description When. */
            at: string;
            /** @description Which. */
            digit: string;
            /**
             * Format: int32
             * @description On which leg.
             */
            leg: number;
        };
        /**
         * @description Which way a call went.
         * @enum {string}
         */
        Direction: "inbound" | "outbound";
        /** @description A key that is chosen more often than one before it. */
        DisorderView: {
            /** @description The first key that stands before it and is chosen less. */
            before: string;
            /**
             * Format: int64
             * @description How often that was chosen.
             */
            before_chosen: number;
            /**
             * Format: int64
             * @description How often it was chosen.
             */
            chosen: number;
            /** @description The key. */
            key: string;
            /** @description The menu. */
            menu: string;
            /**
             * Format: int64
             * @description How many choices were made in the menu.
             */
            of: number;
            /** @description The same in words. */
            text: string;
        };
        /** @description What is asked after calls of a queue. */
        DispositionsView: {
            /** @description The fields beside them, in the order in which they are shown. */
            fields: components["schemas"]["SummaryFieldView"][];
            /** @description The name of the tree. */
            name: string;
            /** @description What must be written, and until when. */
            rule: components["schemas"]["SummaryRuleView"];
            /** @description Its results, and headings over them. */
            tree: components["schemas"]["DispositionView"][];
        };
        /** @description A result, or a heading over some. */
        DispositionView: {
            /** @description What stands below; nothing below a result. */
            children: components["schemas"]["DispositionView"][];
            /** @description As records know it. */
            code: string;
            /** @description What it means for the contact: `retry`, `done`, `invalid`, `update_data`. */
            effect?: string | null;
            /** @description In English. */
            en: string;
            /** @description What it asks for: `resolved`, `note`, names of fields. */
            required: string[];
            /** @description In Chinese. */
            zh: string;
        };
        /** @description Recovery codes that were just drawn, shown once; none if there were some. */
        DrawnView: {
            recovery_codes: string[];
        };
        /** @description How a call ended. */
        EndView: {
            /** @description The code of the catalogue. */
            cause: string;
        };
        /** @description What an authenticator is set up with. */
        EnrolmentView: {
            /** @description The secret in base 32. */
            secret: string;
            /** @description The same for who scans it. */
            uri: string;
        };
        /** @description The first code of an authenticator. */
        EnrolSent: {
            /** @description The code. */
            code: string;
            /** @description What the step before gave. */
            ticket: string;
        };
        /** @description Entries of a list. */
        EntriesView: {
            /**
             * Format: int64
             * @description How many entries of the list count.
             */
            active: number;
            /** @description They, in the order in which they were added. */
            items: components["schemas"]["EntryView"][];
            /** @description Whether the middle of numbers is hidden. */
            masked: boolean;
            /** @description What goes on behind them. */
            next?: string | null;
            /**
             * Format: int64
             * @description How many wait for a second person.
             */
            proposed: number;
        };
        /** @description An entry was added. */
        EntryAdded: {
            entry?: components["schemas"]["EntryView"] | null;
        };
        /** @description An entry to be added. It says for how long by one of `days`, `until` and `permanent`. */
        EntrySent: {
            /** @description Allow lists: the agent who is his. */
            agent?: string | null;
            /**
             * Format: int32
             * @description For so many days.
             */
            days?: number | null;
            /** @description Allow lists: the prompt that greets him. */
            greeting?: string | null;
            /** @description The number, or the beginning of numbers and `*`. */
            number: string;
            /** @description Who answers for it; who puts it there, if nobody is named. */
            owner?: string | null;
            /** @description For ever: on a deny list a second person must approve it. */
            permanent?: boolean;
            /**
             * Format: int32
             * @description Allow lists: his place in the queue; higher goes first.
             */
            priority?: number | null;
            /** @description Allow lists: the queue the caller goes to. */
            queue?: string | null;
            /** @description Why. */
            reason: string;
            /** @description Until this time. */
            until?: string | null;
        };
        /** @description An entry, from its beginning to its end. */
        EntryView: {
            /** @description When it was added. */
            added_at: string;
            /** @description When. */
            approved_at?: string | null;
            /** @description Who approved it, if somebody had to. */
            approved_by?: string | null;
            /** @description Who put it there; none: the nuisance rule. */
            by?: string | null;
            /** @description The calls that made the nuisance rule put it there. */
            calls: string[];
            /** @description When it ended. */
            ended_at?: string | null;
            /** @description Who ended it; none: it ended by itself, or has not. */
            ended_by?: string | null;
            /** @description Its id. */
            entry: string;
            /** @description Whether who asks proposed or owns it: another person approves it. */
            mine: boolean;
            /** @description The number, or the beginning of numbers and `*`. */
            number: string;
            /** @description Who answers for it. */
            owner: string;
            /** @description Why it is there. */
            reason: string;
            /** @description `manual`, `import`, or `auto`. */
            source: string;
            /** @description `proposed`, `active`, `expired`, `removed`, `undone`, or `replaced`. */
            state: string;
            /** @description When it ceases to count by itself; none: never. */
            until?: string | null;
        };
        /** @description Recordings that somebody wants to export. */
        ExportAskedView: {
            /** @description When the first call arrived. */
            from?: string | null;
            /** @description Their ids, in the order in which the calls arrived. */
            recordings: string[];
            /** @description When the last one did. */
            to?: string | null;
        };
        /** @description Which recordings are exported, and why. */
        ExportSent: {
            /** @description The approval that is used; without it the one there is for exactly these recordings, or one is asked for. */
            approval?: string | null;
            /** @description Why; it stands in the log and in each file. Where a second person has approved, what he read stands there. */
            reason?: string | null;
            /** @description Their ids. */
            recordings: string[];
        };
        /** @description How recordings are exported here. */
        ExportTermsView: {
            /** @description How many recordings one person exports alone; more need the approval of a second person. */
            alone_max: number;
        };
        /** @description A second factor. */
        FactorSent: {
            /** @description Its code, unless it is a passkey. */
            code?: string | null;
            credential?: components["schemas"]["ProofSent"] | null;
            /** @description Which factor. */
            method: components["schemas"]["MethodView"];
            /** @description What the step before gave. */
            ticket: string;
        };
        /** @description What an account has to prove itself. */
        FactorsView: {
            /** @description How many passkeys. */
            passkeys: number;
            /** @description How many recovery codes are left. */
            recovery_codes: number;
            /** @description Whether there is an authenticator. */
            totp: boolean;
        };
        /** @description A fact of a call. */
        FactView: {
            /** @description What it is about: `leg`, `queue`, `offer`. */
            about: string;
            /** @description When. */
            at: string;
            /** @description Its name: `leg_answered`. */
            code: string;
            /** @description All of it. */
            data: Record<string, never>;
            /**
             * Format: int64
             * @description Its place in the journal.
             */
            seq: number;
        };
        /** @description A field that is not as it must be. */
        FieldView: {
            /** @description Its name. */
            field: string;
            /** @description What is wrong with it: a code. */
            problem: string;
        };
        /** @description How today fares, all queues together. A call that went through two of them counts in both. */
        FiguresView: {
            /**
             * Format: int64
             * @description Callers who gave up.
             */
            abandoned: number;
            /**
             * Format: int64
             * @description The mean wait of answered calls.
             */
            answer_mean_ms?: number | null;
            /**
             * Format: int64
             * @description Calls that agents took.
             */
            answered: number;
            /**
             * Format: int64
             * @description Calls that go on.
             */
            calls: number;
            /** @description The day, in the centre's zone. */
            day: string;
            /**
             * Format: int64
             * @description The longest wait of a call that has left.
             */
            longest_wait_ms: number;
            /**
             * Format: int64
             * @description Calls that entered queues.
             */
            offered: number;
            /**
             * Format: int64
             * @description Calls answered in time, in thousandths of those that count (RPT-12).
             */
            service_level_permille?: number | null;
            /** @description What counts as in time, and what is aimed at. */
            service_level_target: components["schemas"]["TargetView"];
        };
        /** @description What came of a check, in plain words. */
        FirstAdviceView: {
            /** @description As programs know it. */
            code: string;
            /** @description And in English. */
            en: string;
            /** @description `ok`, `warning` or `failed`. */
            level: string;
            /** @description And in English. */
            remedy_en: string;
            /** @description What to do about it, in Chinese; empty if nothing is to be done. */
            remedy_zh: string;
            /** @description What happened, in Chinese. */
            zh: string;
        };
        /** @description The first agent, as somebody wants him. */
        FirstAgentSent: {
            /** @description His name in the configuration: `1001`. */
            agent: string;
            /** @description What others call him. */
            display_name: string;
            /** @description Whether it is whoever asks: his own account becomes this agent's. */
            me?: boolean;
        };
        /** @description The first agent. */
        FirstAgentView: {
            /** @description His name in the configuration. */
            agent: string;
            /** @description What others call him. */
            display_name?: string | null;
        };
        /** @description A number, and what its callers hear. */
        FirstNumberSent: {
            /** @description As the trunk shows it, if otherwise. */
            arrives_as?: string | null;
            /** @description The first words its callers hear, where the template has a place for them. */
            greeting?: string | null;
            hours?: components["schemas"]["HoursSent"] | null;
            /** @description As people dial it. */
            number: string;
            /** @description What the trunk puts before it. */
            strip?: string;
            /** @description The template of its flow; none: the flow stays. */
            template?: string | null;
        };
        /** @description A number. */
        FirstNumberView: {
            /** @description As the trunk shows it, if otherwise. */
            arrives_as?: string | null;
            /** @description The flow that greets its callers. */
            flow: string;
            hours?: components["schemas"]["HoursSent"] | null;
            /** @description As people dial it. */
            number: string;
        };
        /** @description A step, as it stands. */
        FirstRunStepView: {
            /** @description What it lacks: `name`, `trunk`, `number`, `browser_phone`, `queue`, `account`, `test_call`. */
            lacks: string[];
            /** @description `done`, `open` or `skipped`. */
            state: string;
            /** @description `company`, `trunk`, `number`, `agent` or `test_call`. */
            step: string;
        };
        /** @description The first run, as it stands. */
        FirstRunView: {
            agent?: components["schemas"]["FirstAgentView"] | null;
            /** @description Whether somebody has closed it. */
            closed: boolean;
            /** @description The company. */
            company: components["schemas"]["CompanySent"];
            /** @description Where agents sign in. */
            desk: string[];
            /** @description The first step that is open; none: nothing is left to do. */
            next?: string | null;
            number?: components["schemas"]["FirstNumberView"] | null;
            /** @description The steps, in order. */
            steps: components["schemas"]["FirstRunStepView"][];
            trunk?: components["schemas"]["FirstTrunkView"] | null;
            /**
             * Format: int64
             * @description The version of the configuration it was read from.
             */
            version: number;
        };
        /** @description A carrier, as he says who we are. */
        FirstTrunkSent: {
            /** @description His server: a name or an address, with a port if it is not the usual one. */
            address: string;
            /** @description Networks his calls come from, beside what his server's name leads to. */
            from?: string[];
            /** @description The password; none: the one that is kept. */
            password?: string | null;
            /** @description Whether we register. */
            register?: boolean;
            /** @description `udp` or `tcp`. */
            transport?: string;
            /** @description By which name. */
            username?: string | null;
        };
        /** @description A trunk, without its password. */
        FirstTrunkView: {
            /** @description Where calls to it go. */
            address?: string | null;
            /** @description Where its calls come from. */
            from: string[];
            /** @description Whether a password is kept. */
            has_password: boolean;
            /** @description Its name in the configuration. */
            name: string;
            /** @description Whether we register. */
            register: boolean;
            /** @description What it puts before numbers. */
            strip: string;
            /** @description `udp` or `tcp`. */
            transport: string;
            /** @description By which name. */
            username?: string | null;
        };
        /** @description Whether a flow may be published. */
        FlowChecked: {
            /** @description What cannot be read. */
            mistakes: components["schemas"]["MistakeView"][];
            proof?: components["schemas"]["ProofView"] | null;
        };
        /** @description A flow to be published. */
        FlowPut: {
            /**
             * Format: int32
             * @description The version it was changed from.
             */
            base_version?: number | null;
            /** @description What is said of it. */
            comment?: string;
            /** @description Its text. */
            text: string;
        };
        /** @description A flow in a list. */
        FlowRow: {
            /** @description Its name. */
            name: string;
            /** @description How many nodes it has. */
            nodes: number;
            /** @description Whether it is proved: every flow that runs is. */
            ok: boolean;
            /** @description The numbers whose callers it greets. */
            used_by: string[];
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
        };
        /** @description A flow's text. */
        FlowSent: {
            /** @description It. */
            text: string;
        };
        /** @description How callers went through a flow. */
        FlowStatsView: {
            /**
             * Format: int64
             * @description How many calls it greeted.
             */
            calls: number;
            /** @description Keys that are chosen more often than one before them (INB-05). */
            disorders: components["schemas"]["DisorderView"][];
            /** @description Its nodes. */
            nodes: components["schemas"]["NodeStatsView"][];
        };
        /** @description Flows. */
        FlowsView: {
            /** @description They, by name. */
            items: components["schemas"]["FlowRow"][];
        };
        /** @description The text of a version of a flow. */
        FlowTextView: {
            /** @description It. */
            text: string;
        };
        /** @description Versions of a flow. */
        FlowVersionsView: {
            /** @description They, the newest first. */
            items: components["schemas"]["FlowVersionView"][];
        };
        /** @description A version of a flow. */
        FlowVersionView: {
            /** @description By whom. */
            by?: string | null;
            /** @description What he said. */
            comment?: string | null;
            /** @description When it was published. */
            published_at?: string | null;
            /**
             * Format: int32
             * @description Its number.
             */
            version: number;
        };
        /** @description A flow. */
        FlowView: components["schemas"]["FlowChecked"] & {
            /** @description Its name. */
            name: string;
            /** @description Its text. */
            text: string;
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
        };
        /** @description Some customers. */
        FoundPage: {
            /** @description They. */
            items: components["schemas"]["FoundView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A customer in a list. */
        FoundView: {
            /** @description The class that somebody put him into. */
            class?: string | null;
            /** @description His name. */
            name?: string | null;
            /** @description His first number that is right. */
            number: string;
        };
        /** @description A role that is given. */
        GrantedSent: {
            /** @description From where its scopes are counted: `unit:7` or `project:3`; none: from the unit he works in. */
            place?: string | null;
            /** @description Which. */
            role: string;
        };
        /** @description A role somebody has. */
        GrantedView: {
            /** @description From where its scopes are counted: `unit:7` or `project:3`; none: from the unit he works in. */
            place?: string | null;
            /** @description Which. */
            role: string;
        };
        /** @description Who a rule is for. */
        GroupView: {
            /** @enum {string} */
            kind: "everybody";
        } | {
            /** @description Its name. */
            id: string;
            /** @enum {string} */
            kind: "role";
        } | {
            /** @description Its id. */
            id: string;
            /** @enum {string} */
            kind: "unit";
        } | {
            /** @description The id of the account. */
            id: string;
            /** @enum {string} */
            kind: "user";
        };
        /** @description Calls by their place in the week. */
        HeatReport: components["schemas"]["ReportHead"] & {
            /** @description Quarters of hours with calls. */
            rows: components["schemas"]["HeatRow"][];
            /** @description Their sum. */
            totals: components["schemas"]["TallyView"];
        };
        /** @description A quarter of an hour of the week. */
        HeatRow: components["schemas"]["TallyView"] & {
            /**
             * Format: int32
             * @description 0 to 23.
             */
            hour: number;
            /**
             * Format: int32
             * @description 0, 15, 30 or 45.
             */
            minute: number;
            /**
             * Format: int32
             * @description 1 is Monday.
             */
            weekday: number;
        };
        /** @description Something to know about a recording. */
        HintView: {
            /** @description As programs know it: `recording_torn`. */
            code: string;
            /** @description In words. */
            en: string;
            /** @description In words. */
            zh: string;
        };
        /** @description One step of a way. */
        HopView: {
            /** @description What led here. */
            label?: string | null;
            /** @description The node. */
            node: string;
        };
        /** @description Hours that are the same on each of some days. */
        HoursSent: {
            /** @description Monday is 1. */
            days: number[];
            /** @description `09:00`. */
            from: string;
            /** @description `18:00`. */
            until: string;
        };
        /**
         * @description A language of the console.
         * @enum {string}
         */
        Language: "zh-CN" | "en";
        /** @description The fields that the people of a unit see of a customer, in this order. */
        LayoutView: {
            /** @description `number`, `region`, `carrier`, `contacts`, and the centre's own. */
            fields: string[];
        };
        /** @description A leg of a running call. */
        LegNowView: {
            /**
             * Format: int32
             * @description Its number in the call.
             */
            leg: number;
            /**
             * Format: double
             * @description How it sounded in the last 5 s, 1.0 to 4.5 (MOS); none before that is known.
             */
            mos?: number | null;
            /** @description Who: an agent's name or a number. */
            party?: string | null;
            /** @description What it is. */
            role: components["schemas"]["PartyRole"];
            /** @description How far it is. */
            state: components["schemas"]["LegState"];
            /** @description Whether its network is weak. */
            weak: boolean;
        };
        /**
         * @description How far a leg is.
         * @enum {string}
         */
        LegState: "opened" | "ringing" | "answered";
        /** @description A leg of a call that was. */
        LegView: {
            /**
             * Format: int64
             * @description When it was answered.
             */
            answered_ms?: number | null;
            /** @description The phone or trunk. */
            by?: string | null;
            /** @description Why. */
            cause?: string | null;
            /** @description What it spoke. */
            codec?: string | null;
            /** @description Who ended it. */
            ended_by?: string | null;
            /**
             * Format: int64
             * @description When it ended.
             */
            ended_ms?: number | null;
            /**
             * Format: int32
             * @description Its number.
             */
            leg: number;
            /**
             * Format: float
             * @description The worst MOS of any 5 s.
             */
            mos_worst?: number | null;
            /**
             * Format: int64
             * @description When it was opened, from the call's arrival.
             */
            opened_ms: number;
            /**
             * Format: int64
             * @description Packets that arrived.
             */
            packets_in: number;
            /**
             * Format: int64
             * @description Packets that were sent.
             */
            packets_out: number;
            /** @description Who: an agent's name or a number. */
            party?: string | null;
            /**
             * Format: int64
             * @description When it rang.
             */
            rang_ms?: number | null;
            /** @description `caller`, `agent`, `external`, `supervisor`. */
            role: components["schemas"]["PartyRole"];
        };
        /** @description Lines as they are to be; empty ones take them away. */
        LinesSent: {
            /** @description For this class of customers alone. */
            class?: string | null;
            /** @description In English. */
            en: string;
            /** @description In Chinese. */
            zh: string;
        };
        /** @description The lines of a phase. */
        LinesView: {
            /** @description Since when. */
            at: string;
            /** @description Who wrote them. */
            by: string;
            /** @description In English. */
            en: string;
            /** @description `opening`, `vip`, `complaint`, `transferred`, `closing`. */
            phase: string;
            /**
             * Format: int64
             * @description Counted from 1.
             */
            version: number;
            /** @description In Chinese. */
            zh: string;
        };
        /**
         * @description One of the two addresses.
         * @enum {string}
         */
        Listener: "desk" | "admin";
        /** @description Everything that goes on, as far as one may see it. */
        LiveMessage: {
            /** @description The agents. */
            agents: components["schemas"]["AgentView"][];
            /** @description What asks for attention. */
            alerts: components["schemas"]["AlertView"][];
            /** @description When that was. */
            at: string;
            /** @description The calls. */
            calls: components["schemas"]["CallView"][];
            /** @description How today fares. */
            figures: components["schemas"]["FiguresView"];
            /** @description The phones. */
            phones: components["schemas"]["PhoneView"][];
            /** @description The queues. */
            queues: components["schemas"]["QueueView"][];
            /**
             * Format: int64
             * @description The number of the last change that is in it.
             */
            seq: number;
            /** @description The trunks. */
            trunks: components["schemas"]["TrunkView"][];
        };
        /** @description Whether somebody would be let in, and why. */
        LoginSimulatedView: {
            /** @description `yes`, `no`, or `second_factor`: with one. */
            let_in: string;
            /** @description What each rule says, and what comes of it. */
            why: components["schemas"]["SaidView"][];
        };
        /** @description Who would come from where, and when. */
        LoginSimulationSent: {
            /** @description When; now if nothing is said. */
            at?: string | null;
            /** @description From where. */
            ip: string;
            /** @description The name of the account, or its id. */
            user: string;
        };
        /** @description When and why a phone was lost or refused. */
        LostView: {
            /** @description When. */
            at: string;
            /** @description Why, in words. */
            en: string;
            /** @description Why: a code. */
            why: string;
            /** @description Why, in words. */
            zh: string;
        };
        MadeResponse: {
            attestationObject: string;
            clientDataJSON: string;
        };
        /** @description `RegistrationResponseJSON`, as far as it is read. */
        MadeSent: {
            response: components["schemas"]["MadeResponse"];
        };
        /** @description What is changed about the own screen. */
        MeSent: {
            /** @description Its language. */
            language: components["schemas"]["Language"];
        };
        /** @description A SIP message. */
        MessageView: {
            /** @description When. */
            at: string;
            /** @description Its first line. */
            first_line: string;
            /**
             * Format: int32
             * @description On which leg.
             */
            leg: number;
            /** @description The other end. */
            peer: string;
            /** @description All of it. */
            text: string;
            /** @description `in` to us, or `out`. */
            way: string;
        };
        /**
         * @description A kind of second factor.
         * @enum {string}
         */
        MethodView: "totp" | "passkey" | "recovery_code";
        /** @description Who is signed in, and what he may. */
        MeView: {
            agent?: components["schemas"]["AgentLink"] | null;
            /** @description The company. */
            company: string;
            /** @description What others call him. */
            display_name: string;
            /** @description What proves him. */
            factors: components["schemas"]["FactorsView"];
            /** @description The language of his screen. */
            language: components["schemas"]["Language"];
            /** @description Where he is signed in. */
            listener: components["schemas"]["Listener"];
            /** @description The parts that are switched on. */
            modules: string[];
            /** @description Its name. */
            name: string;
            /** @description The paths that are served where he is signed in. */
            offers: string[];
            /** @description When he must choose another password. */
            password_ends?: string | null;
            /** @description What he may, and how far: `{"call.read": "team"}`. */
            permissions: {
                [key: string]: components["schemas"]["ScopeView"];
            };
            /** @description His roles. */
            roles: string[];
            /** @description When this login ends unless he does something. */
            session_ends?: string | null;
            /** @description The company's id. */
            tenant: string;
            /** @description The id of the account. */
            user: string;
            /** @description The version of the program. */
            version: string;
        };
        /** @description What a leg's microphone delivered in the 30 s before. */
        MicrophoneView: {
            /** @description The end of these 30 s. */
            at: string;
            /**
             * Format: int32
             * @description How much was at the limit of the scale.
             */
            clipped_permille: number;
            echo?: components["schemas"]["AdviceView"] | null;
            /**
             * Format: int32
             * @description After how long what was sent came back, in milliseconds; none: nothing did.
             */
            echo_delay_ms?: number | null;
            /**
             * Format: int32
             * @description How much quieter, in dB.
             */
            echo_loss_db?: number | null;
            /**
             * Format: int32
             * @description The leg.
             */
            leg: number;
            /**
             * Format: int32
             * @description How loud was spoken, in dBov.
             */
            level_dbov?: number | null;
            /** @description `fine`, `silent`, `quiet`, `clipping`, `noisy`, and what to do about it. */
            microphone: components["schemas"]["AdviceView"];
            /**
             * Format: int32
             * @description How loud it was while nobody spoke.
             */
            noise_dbov: number;
        };
        /** @description A mistake, where it is, and what to do about it. */
        MistakeView: {
            /**
             * Format: int32
             * @description The character in the line, counting from 1.
             */
            column: number;
            /** @description The file; none: the main file. */
            file?: string | null;
            /**
             * Format: int32
             * @description The line, counting from 1.
             */
            line: number;
            /** @description What is wrong. */
            problem: string;
            /** @description What to do. */
            remedy: string;
        };
        /** @description Whether a part is to be on. */
        ModuleSent: {
            /** @description It. */
            on: boolean;
        };
        /** @description The parts. */
        ModulesView: {
            /** @description They, in the order screens show them. */
            items: components["schemas"]["ModuleView"][];
        };
        /** @description A part that can be switched on. */
        ModuleView: {
            /** @description And in English. */
            en: string;
            /** @description Its code. */
            module: string;
            /** @description Whether it is on. */
            on: boolean;
            /** @description What it is, in Chinese. */
            zh: string;
        };
        /** @description What must be so. */
        MustView: {
            /** @enum {string} */
            kind: "come_from";
            /** @description `192.0.2.0/24`. */
            networks: string[];
        } | {
            /** @description Days that are not like their weekday: `{"2026-10-01": ""}`. */
            exceptions?: {
                [key: string]: string;
            };
            /** @enum {string} */
            kind: "come_within";
            /** @description `{"mon": "09:00-12:00 13:30-18:00"}`; what is left out is closed. */
            week: {
                [key: string]: string;
            };
        } | {
            /** @enum {string} */
            kind: "use_listed_device";
        };
        /** @description What a desk's network must give before a shift. */
        NetworkPolicyView: {
            /**
             * Format: int64
             * @description How much that may differ from one time to the next.
             */
            jitter_ms_max: number;
            /**
             * Format: int64
             * @description How much may be lost, in thousandths.
             */
            loss_permille_max: number;
            /**
             * Format: int64
             * @description The rate that is asked for in each direction, in kilobits a second.
             */
            rate_kbps_min: number;
            /**
             * Format: int64
             * @description The rate that a call really takes in each direction.
             */
            rate_kbps_real: number;
            /**
             * Format: int64
             * @description How long a way there and back may take.
             */
            rtt_ms_max: number;
        };
        /** @description How callers went on from a node. */
        NodeStatsView: {
            /** @description How often which key was pressed. */
            keys: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description How often the caller hung up there.
             */
            left: number;
            /** @description The node. */
            node: string;
        };
        /** @description What one was told, the newest first. */
        NoticesView: {
            /** @description At most 100 of logins, and 100 others. */
            items: components["schemas"]["NoticeView"][];
        };
        /** @description Something one was told. */
        NoticeView: {
            /** @description When it happened. */
            at: string;
            /** @description What it is about: `new_device`, `new_place`, `impossible_travel`, … */
            kind: string;
            /** @description What "that was not me" is said by (`POST /v1/session/not-me`), as long as it can be. */
            link?: string | null;
            /** @description Its id. */
            notice: string;
            /** @description The time that was promised there. */
            promised_at?: string | null;
            /** @description Whether one has looked at it, or need not any more: the ticket is closed, or promised anew. */
            seen: boolean;
            /** @description What happened, in the language that was asked for. */
            text: string;
            /** @description The ticket it is about: `T-17`. */
            ticket?: string | null;
        };
        /** @description The link that says: that was not me. */
        NotMeSent: {
            /** @description What the notice gave. */
            link: string;
        };
        /** @description What a browser is to do during a sign-in. */
        OptionsView: {
            /** @description `PublicKeyCredentialRequestOptions` in JSON. */
            options: unknown;
        };
        /**
         * @description What if a rule is not met.
         * @enum {string}
         */
        OtherwiseView: "refuse" | "second_factor";
        /**
         * @description What became of a call.
         * @enum {string}
         */
        Outcome: "answered" | "abandoned" | "passed_on" | "left";
        /**
         * @description What was wrong.
         * @enum {string}
         */
        OwnerKind: "wrong_number" | "wrong_name" | "extra_contact";
        /** @description What was wrong with the data of the other side (AGT-06). */
        OwnerSent: {
            /** @description What it was. */
            kind: components["schemas"]["OwnerKind"];
            /** @description The right name, or that of the other person. */
            name?: string | null;
            /** @description The right number, or that of the other person. */
            number?: string | null;
        };
        /** @description The own password, again. */
        OwnPasswordSent: {
            /** @description It. */
            password: string;
        };
        /**
         * @description What a leg of a call is.
         * @enum {string}
         */
        PartyRole: "caller" | "agent" | "external" | "supervisor";
        /** @description A passkey that was made. */
        PasskeySent: {
            /** @description What the browser gave. */
            credential: components["schemas"]["MadeSent"];
            /** @description What one calls it. */
            name: string;
            /** @description What the beginning gave. */
            ticket: string;
        };
        /** @description One's own passkeys. */
        PasskeysView: {
            /** @description They; ten at most. */
            items: components["schemas"]["PasskeyView"][];
        };
        /** @description A passkey of one's own. */
        PasskeyView: {
            /** @description Its id. */
            id: string;
            /** @description When it was made. */
            made?: string | null;
            /** @description What one calls it. */
            name: string;
            /** @description When it was last used. */
            used?: string | null;
        };
        /** @description Another password. */
        PasswordSent: {
            /** @description The password. */
            password: string;
            /** @description What the step before gave. */
            ticket: string;
        };
        /** @description A call that was. */
        PastView: {
            /** @description Who talked with him. */
            agent?: string | null;
            /** @description When it arrived. */
            at: string;
            /** @description The call. */
            call: string;
            /** @description Which way. */
            direction: components["schemas"]["Direction"];
            /** @description What came of it: the codes of the result. */
            disposition?: string[] | null;
            /** @description And in English. */
            disposition_en?: string | null;
            /** @description What these were called then, in Chinese. */
            disposition_zh?: string | null;
            /** @description Whether the visitor may open the call itself. */
            may_open: boolean;
            /** @description What the agent wrote. */
            note?: string | null;
            /** @description What became of it. */
            outcome: components["schemas"]["Outcome"];
            /** @description The queue it was in. */
            queue?: string | null;
        };
        /** @description The loudness of a recording, for a waveform. */
        PeaksView: {
            hint?: components["schemas"]["HintView"] | null;
            /** @description What the customer says: the highest of each stretch, 0 to 1. */
            left: number[];
            /**
             * Format: int64
             * @description The length of the audio.
             */
            length_ms: number;
            /** @description What the customer hears. */
            right: number[];
        };
        /** @description An hour, a day, a week or a month. */
        PeriodRow: components["schemas"]["TallyView"] & {
            /** @description When it begins. */
            at: string;
        };
        /** @description A permission. */
        PermissionView: {
            /** @description As programs and the log know it. */
            code: string;
            /** @description What an act by it asks for besides: `reason`, `watermark`, `approval`. */
            conditions: string[];
            /** @description `floor`, `configuration` or `audit`: nobody holds the last two. */
            duty: string;
            /** @description `read` or `write`. */
            effect: string;
            /** @description The narrowest scope it can be given for. */
            narrowest: string;
            /** @description What it permits, in English. */
            summary: string;
        };
        /** @description What is changed about a person; what is left out stays. */
        PersonChangeSent: {
            /** @description The agent he is; `null`: none any more. */
            agent?: string | null;
            /** @description What others call him. */
            display_name?: string | null;
            /** @description The projects he works for. */
            projects?: string[] | null;
            /** @description Why. */
            reason?: string | null;
            /** @description His roles, all of them. */
            roles?: components["schemas"]["GrantedSent"][] | null;
            /** @description The unit he works in. */
            unit?: string | null;
        };
        /** @description A new person. */
        PersonSent: {
            /** @description The agent he is. */
            agent?: string | null;
            /** @description What others call him. */
            display_name?: string | null;
            /** @description The name to sign in with. */
            name: string;
            /** @description The projects he works for. */
            projects?: string[];
            /** @description His roles. */
            roles: components["schemas"]["GrantedSent"][];
            /** @description The unit he works in; none: that of who creates him. */
            unit?: string | null;
        };
        /** @description A person with an account. */
        PersonView: {
            /** @description The agent he is. */
            agent?: string | null;
            /** @description What others call him. */
            display_name: string;
            /** @description Why it is frozen. */
            frozen_because?: string | null;
            /** @description When he last signed in. */
            last_sign_in?: string | null;
            /** @description Until when it is locked. */
            locked_until?: string | null;
            /** @description The name to sign in with. */
            name: string;
            /** @description The projects he works for. */
            projects: string[];
            /** @description His roles. */
            roles: components["schemas"]["GrantedView"][];
            /** @description Whether there is a second factor. */
            second_factor: boolean;
            /** @description `active`, `locked`, `frozen` or `disabled`. */
            state: string;
            /** @description The unit he works in. */
            unit: string;
            /** @description What it is called. */
            unit_name?: string | null;
            /** @description The id of the account. */
            user: string;
        };
        /** @description Which phone of an agent was lost last, why, and what to do. */
        PhoneLostView: {
            /** @description Why, in English. */
            en: string;
            /** @description The phone; none if none has registered since the server was started. */
            phone?: string | null;
            /** @description What to do, in English. */
            remedy_en: string;
            /** @description What to do, in Chinese. */
            remedy_zh: string;
            /** @description Why: a code. */
            why: string;
            /** @description Why, in Chinese. */
            zh: string;
        };
        /** @description When a phone came and went. */
        PhonePresenceView: {
            /** @description Where it came from, whenever that changed, the newest first. */
            addresses: components["schemas"]["AddressView"][];
            /** @description Its name. */
            endpoint: string;
            last_lost?: components["schemas"]["LostView"] | null;
            last_refused?: components["schemas"]["LostView"] | null;
            /** @description When it last registered anew. */
            last_register?: string | null;
            /**
             * Format: int32
             * @description How often it was lost in this time.
             */
            lost: number;
            /** @description Whether it can be reached now. */
            registered: boolean;
            /** @description Since when it is as it is; none: it never came. */
            since?: string | null;
        };
        /** @description How a phone or a trunk stood at some time. */
        PhoneThenView: {
            /** @description Why it was gone: a code. */
            cause?: string | null;
            /** @description Its name. */
            name: string;
            /** @description Since when, if that is known. */
            since?: string | null;
            /** @description `registered`, `reached`, `gone`, `unknown`. */
            state: string;
        };
        /** @description A phone, as of now. */
        PhoneView: {
            /** @description From where. */
            address?: string | null;
            /** @description Whose it is. */
            agent?: string | null;
            /**
             * Format: int32
             * @description How many more wrong passwords it may try; 0: it is locked out for a while.
             */
            attempts_left?: number | null;
            /** @description Why it is gone. */
            cause?: string | null;
            /** @description Its name. */
            phone: string;
            /** @description The last refused registration since: why. */
            refused?: string | null;
            /** @description Whether it can be reached. */
            registered: boolean;
            /** @description Since when. */
            since: string;
            /** @description What it calls itself. */
            user_agent?: string | null;
        };
        /** @description The thresholds that hold today. */
        PoliciesView: {
            /** @description The day from which other values hold, if it is known. */
            changes_on?: string | null;
            /** @description They. */
            items: components["schemas"]["PolicyView"][];
        };
        /** @description A threshold. */
        PolicyView: {
            /** @description The first day it holds. */
            from?: string | null;
            /** @description Its name. */
            key: string;
            /** @description `shipped`, or `centre`: its own. */
            origin: string;
            /** @description The rows of the catalogue it stands for. */
            requirements: string[];
            /** @description Where the value comes from. */
            source: string;
            /** @description The last day it holds. */
            until?: string | null;
            /** @description Its value. */
            value: string;
            /** @description What it is. */
            what: string;
        };
        /**
         * @description What an agent asked for.
         * @enum {string}
         */
        Presence: "signed_out" | "available" | "break";
        /** @description When the phones of an agent came and went. */
        PresenceView: {
            /** @description His phones, in their order. */
            phones: components["schemas"]["PhonePresenceView"][];
            /** @description What is older is not looked at. */
            since: string;
        };
        /** @description What went wrong, in the language of who asked (RFC 9457). */
        ProblemView: {
            /** @description As programs know it; never renamed. */
            code: string;
            /** @description What it is this time. */
            detail: string;
            /** @description The fields that are not as they must be. */
            fields?: components["schemas"]["FieldView"][] | null;
            /** @description What to do about it. */
            remedy?: string | null;
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
            /** @description What it is in general. */
            title: string;
            /** @description Always `about:blank`: the code tells what it is. */
            type: string;
        };
        /** @description A project. */
        ProjectView: {
            /** @description What people call it. */
            name: string;
            /** @description Its id. */
            project: string;
            /** @description The unit that runs it. */
            unit: string;
        };
        /** @description What was found in something that is to become a prompt. */
        PromptChecked: {
            /**
             * Format: int32
             * @description How many channels.
             */
            channels?: number | null;
            /**
             * Format: int32
             * @description Samples at full amplitude, in thousandths.
             */
            clipped_permille?: number | null;
            /** @description `WAV`, `MP3`, `Ogg Vorbis`, `FLAC`; none: words. */
            form?: string | null;
            /**
             * Format: double
             * @description What is added to its level, in dB.
             */
            gain_db?: number | null;
            /**
             * Format: int64
             * @description How long callers hear it.
             */
            heard_ms?: number | null;
            /** @description Whether it can be one. */
            ok: boolean;
            /** @description Why not. */
            problem?: string | null;
            /**
             * Format: int32
             * @description Samples per second and channel.
             */
            rate_hz?: number | null;
            /** @description What could be better. */
            remarks: string[];
            /** @description What to do about it. */
            remedy?: string | null;
            sound?: components["schemas"]["SoundView"] | null;
        };
        /** @description The prompts there are. */
        PromptsView: {
            /** @description They, by name. */
            items: components["schemas"]["PromptView"][];
            /** @description Whether words can be spoken here. */
            speaker: boolean;
        };
        /** @description Who plays a prompt. */
        PromptUseView: {
            /** @description The node of a flow, or the field of another. */
            at: string;
            /** @description `flow`, `queue`, `number`, `list`, or `centre`. */
            kind: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A prompt. */
        PromptView: {
            /** @description The file it was made of. */
            file?: string | null;
            /** @description `file`, or `speech`. */
            kind: string;
            /** @description Its name; one that is made of words in a flow is named by them. */
            name: string;
            /** @description Whether it has a table of its own: only such a one can be changed here; the others are written in their flows. */
            own: boolean;
            /** @description Why it cannot be played; none: it can. */
            problem?: string | null;
            sound?: components["schemas"]["SoundView"] | null;
            /** @description The words that are spoken. */
            text?: string | null;
            /** @description Who plays it. */
            used_by: components["schemas"]["PromptUseView"][];
        };
        ProofResponse: {
            authenticatorData: string;
            clientDataJSON: string;
            signature: string;
        };
        /** @description `AuthenticationResponseJSON`, as far as it is read. */
        ProofSent: {
            rawId: string;
            response: components["schemas"]["ProofResponse"];
        };
        /** @description A proof, or what speaks against it. */
        ProofView: {
            /** @description Why not, each with the way that shows it. */
            counter_examples: components["schemas"]["CounterExampleView"][];
            /** @description The deepest menu level. */
            depth?: number | null;
            /** @description Whether it may be published. */
            ok: boolean;
            /** @description How many situations were looked at. */
            situations?: number | null;
            /** @description What is allowed but unwise. */
            warnings: string[];
        };
        /** @description Where else one may sign in. */
        ProvidersView: {
            /** @description The places; none, if the configuration names none. */
            items: components["schemas"]["ProviderView"][];
        };
        /** @description A place where one may sign in. */
        ProviderView: {
            /** @description And in English. */
            en: string;
            /** @description Its name. */
            provider: string;
            /** @description What it is called in Chinese. */
            zh: string;
        };
        /** @description What a phone is set up with. */
        ProvisioningView: {
            /** @description Whose it is. */
            agent?: string | null;
            /** @description The SIP domain, and the realm of its password. */
            domain: string;
            /** @description The phone. */
            endpoint: string;
            /** @description SHA-256 of the certificate that it is shown, if nobody vouches for that: people compare it. */
            fingerprint?: string | null;
            /** @description A file that Linphone reads ("remote configuration"). */
            linphone: string;
            /** @description The password, only in the answer that has just drawn it. */
            password?: string | null;
            /**
             * Format: int32
             * @description The port of that.
             */
            port: number;
            /** @description Where it finds us, for phones that want an outbound proxy: `192.0.2.10:5061`. */
            proxy: string;
            /** @description The code, as an image. */
            qr_svg: string;
            /** @description Whether that is safe. If not, names, numbers and keys can be read on the way. */
            secure: boolean;
            /** @description The sheet, line by line. */
            sheet: components["schemas"]["SheetLine"][];
            /** @description What the code holds: the same, to be scanned and pasted. */
            text: string;
            /** @description `tls`, `tcp` or `udp`: the safest that is listened on. */
            transport: string;
            /** @description The user name it registers by. Case matters. */
            user: string;
        };
        /** @description The quality of a leg over some seconds. */
        QualityView: {
            /** @description When. */
            at: string;
            /**
             * Format: int32
             * @description The leg.
             */
            leg: number;
            /** @description What was measured. */
            measured: Record<string, never>;
        };
        /** @description How many agents of a queue are in which state. */
        QueueAgentsView: {
            /**
             * Format: int64
             * @description Free.
             */
            available: number;
            /**
             * Format: int64
             * @description On a break.
             */
            break: number;
            /**
             * Format: int64
             * @description A phone of theirs rings.
             */
            ringing: number;
            /**
             * Format: int64
             * @description Signed in.
             */
            signed_in: number;
            /**
             * Format: int64
             * @description In a call.
             */
            talking: number;
            /**
             * Format: int64
             * @description Signed in, and no phone of theirs can be reached.
             */
            unreachable: number;
            /**
             * Format: int64
             * @description Finishing the last call's work.
             */
            wrap_up: number;
        };
        /** @description A queue, as of now. */
        QueueView: {
            /**
             * Format: int64
             * @description Callers who gave up today.
             */
            abandoned: number;
            /** @description How many agents are in which state. */
            agents: components["schemas"]["QueueAgentsView"];
            /**
             * Format: int64
             * @description Calls answered today.
             */
            answered: number;
            /** @description Who takes its calls. */
            members: string[];
            /** @description Its name. */
            queue: string;
            /**
             * Format: int64
             * @description Calls answered in time, in thousandths of those that count.
             */
            service_level_permille?: number | null;
            /** @description What people call it, if otherwise. */
            title?: string | null;
            /**
             * Format: int64
             * @description How many callers wait.
             */
            waiting: number;
            /** @description Since when the one who waits longest waits. */
            waiting_since?: string | null;
        };
        /** @description Why something is done. */
        ReasonSent: {
            /** @description In words; it stands in the audit log. */
            reason?: string | null;
        };
        /** @description Why one may take a break. */
        ReasonView: {
            /** @description As facts and reports know it. */
            code: string;
            /** @description In English. */
            en: string;
            /** @description In Chinese. */
            zh: string;
        };
        /** @description Whether the reports are what the records come to. */
        Reconciled: {
            /** @description Where they are not. */
            differences: components["schemas"]["DifferenceView"][];
            /** @description Whether they are equal. */
            equal: boolean;
            /** @description What the records come to, read one after the other. */
            records: components["schemas"]["ReconciledFigures"];
            /** @description What the reports say: the sums of the database. */
            reports: components["schemas"]["ReconciledFigures"];
        };
        /** @description Figures that are counted in two ways. */
        ReconciledFigures: {
            /**
             * Format: int64
             * @description Those whose caller gave up.
             */
            abandoned: number;
            /**
             * Format: int64
             * @description Those with whose caller an agent talked.
             */
            answered: number;
            /**
             * Format: int64
             * @description Summaries that were not written in time.
             */
            not_filled: number;
            /**
             * Format: int64
             * @description Calls that came to a queue.
             */
            offered: number;
            /**
             * Format: int64
             * @description How long agents talked.
             */
            talk_ms: number;
            /**
             * Format: int64
             * @description Questions of surveys that callers were asked.
             */
            votes_asked: number;
            /**
             * Format: int64
             * @description Those they answered.
             */
            votes_given: number;
            /**
             * Format: int64
             * @description The sum of the scores, of all scales: it proves the figures, and is no measure of anything.
             */
            votes_score_sum: number;
        };
        /** @description Some recordings, the newest first. */
        RecordingsView: {
            /** @description They. */
            items: components["schemas"]["RecordingView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A recording. */
        RecordingView: {
            /** @description The last agent who talked with the caller. */
            agent?: string | null;
            /** @description The call. */
            call: string;
            /** @description What was called. */
            called: string;
            /** @description Who called. */
            caller?: string | null;
            /** @description Which way. */
            direction: components["schemas"]["Direction"];
            /** @description The last queue it was in. */
            queue?: string | null;
            /** @description Its id, which is that of its call. */
            recording: string;
            /** @description When the call arrived. */
            started: string;
            /** @description `recorded`, `partial` or `failed`. */
            status?: string | null;
            /**
             * Format: int64
             * @description How long was talked.
             */
            talk_ms: number;
        };
        /** @description Recovery codes, shown once. */
        RecoveryView: {
            /** @description They. */
            recovery_codes: string[];
        };
        /** @description A province and a city. */
        RegionView: {
            /** @description The city. */
            city: string;
            /** @description The province. */
            province: string;
        };
        /** @description From where everything is told again. */
        ReplaySent: {
            /** @description The id of an event (`evt_12`), or a time. */
            from: string;
        };
        /** @description What every report tells of itself. */
        ReportHead: {
            /**
             * Format: int64
             * @description Who gives up within this time does not count for it.
             */
            abandoned_within_ms: number;
            /** @description Calls that arrived then or later. */
            from: string;
            /**
             * Format: int64
             * @description What the service level should be, in thousandths.
             */
            target_permille: number;
            /** @description Calls that arrived before. */
            to: string;
            /**
             * Format: int64
             * @description The wait within which an answer counts for the service level.
             */
            within_ms: number;
            /** @description The zone whose hours and days these are. */
            zone: string;
        };
        /** @description What was kept. */
        ReportKeptView: {
            /** @description The id of the report. */
            report: string;
        };
        /** @description What one says of a role. */
        ReviewItemSent: {
            /** @description From where it counts. */
            place?: string | null;
            /** @description Which. */
            role: string;
            /** @description Whose. */
            user: string;
            /** @description Whether it stays. */
            verdict: components["schemas"]["VerdictSent"];
        };
        /** @description The roles that are asked about. */
        ReviewItemsView: {
            /** @description Those of the people one answers for. */
            items: components["schemas"]["ReviewItemView"][];
        };
        /** @description A role that is asked about. */
        ReviewItemView: {
            /** @description Whether one is asked oneself. */
            can: boolean;
            /** @description When it was last confirmed. */
            confirmed?: string | null;
            /** @description When. */
            decided_at?: string | null;
            /** @description Who said it. */
            decided_by?: string | null;
            /** @description What others call him. */
            display_name: string;
            /** @description His name. */
            name: string;
            /** @description From where it counts: `unit:3`, `project:1`; none: from where he works. */
            place?: string | null;
            /** @description Which role. */
            role: string;
            /** @description Since when he has it; none: he has it no more. */
            since?: string | null;
            /** @description Whose. */
            user: string;
            /** @description `kept`, `removed`, `lapsed`; none: nothing was said yet. */
            verdict?: string | null;
        };
        /** @description All access reviews. */
        ReviewsView: {
            /** @description How many roles nobody has confirmed for longer than the policy wants. */
            due: number;
            /** @description They, the newest first. */
            items: components["schemas"]["ReviewView"][];
        };
        /** @description An access review, as far as one answers for people in it. */
        ReviewView: {
            /** @description How many roles it asks one about. */
            asked: number;
            /** @description When it was closed. */
            closed?: string | null;
            /** @description Of how many something was said. */
            decided: number;
            /** @description Until when it can be answered. */
            ends: string;
            /** @description When it was opened. */
            opened: string;
            /** @description By whom. */
            opened_by: string;
            /** @description How many were taken away. */
            removed: number;
            /** @description Its number. */
            review: string;
        };
        /** @description A role as it is to be. */
        RoleSent: {
            /** @description What it permits, and how far. */
            permissions: {
                [key: string]: string;
            };
            /** @description Whether it needs a second factor at sign-in, whatever the policy says. */
            second_factor?: boolean;
        };
        /** @description The roles there are, and what they are composed of. */
        RolesView: {
            /** @description The roles. */
            items: components["schemas"]["RoleView"][];
            /** @description Every permission there is. */
            permissions: components["schemas"]["PermissionView"][];
        };
        /** @description A role. */
        RoleView: {
            /** @description And in English. */
            en: string;
            /** @description What it permits, and how far: `{"call.read": "team"}`. */
            permissions: {
                [key: string]: string;
            };
            /** @description Its name in files and the log. */
            role: string;
            /** @description Whether it needs a second factor at sign-in. */
            second_factor: boolean;
            /** @description Whether it comes with the product, and cannot be changed. */
            shipped: boolean;
            /** @description What it is called in Chinese. */
            zh: string;
        };
        /** @description A version to go back to. */
        RollBackSent: {
            /**
             * Format: int64
             * @description It.
             */
            version: number;
        };
        /** @description Rules as they are to be. */
        RulesSent: {
            /** @description Why. */
            reason: string;
            /** @description They. */
            rules: components["schemas"]["RuleView"][];
            /** @description The state they were changed from. */
            version: string;
        };
        /** @description The rules, in order. */
        RulesView: {
            /** @description They. */
            rules: components["schemas"]["RuleView"][];
            /** @description Which state of them this is: who changes them brings it back. */
            version: string;
        };
        /** @description A rule. */
        RuleView: {
            /** @description What must be so. */
            must: components["schemas"]["MustView"];
            /** @description What it is called; every answer names it. */
            name: string;
            /** @description Who it is for. */
            of: components["schemas"]["GroupView"];
            /** @description What if it is not: `refuse` or `second_factor`. */
            otherwise: components["schemas"]["OtherwiseView"];
        };
        /** @description What a rule says. */
        SaidView: {
            /** @description Which rule; none: it is what comes of all of them. */
            rule?: string | null;
            /** @description In words. */
            text: string;
        };
        /** @description The answers by one scale. */
        ScaleView: {
            /**
             * Format: int32
             * @description The best score there is.
             */
            best: number;
            /**
             * Format: int64
             * @description How many of them were the best.
             */
            best_given: number;
            /**
             * Format: int64
             * @description How many scores were given.
             */
            given: number;
            /** @description What was asked, as the flow names it. */
            question: string;
            /**
             * Format: int64
             * @description Their sum; the mean is `score_sum / given`.
             */
            score_sum: number;
        };
        /**
         * @description How a code stands.
         * @enum {string}
         */
        ScanState: "waiting" | "seen" | "confirmed" | "refused" | "expired";
        /** @description How a code stands. */
        ScanView: {
            /** @description How. */
            state: components["schemas"]["ScanState"];
        };
        /**
         * @description How far a permission reaches.
         * @enum {string}
         */
        ScopeView: "own" | "team" | "project" | "department" | "tenant";
        /** @description Lines to say. */
        ScriptsView: {
            /** @description By phase, in the order of a call. */
            phases: components["schemas"]["LinesView"][];
        };
        /** @description Every version of some lines. */
        ScriptVersionsView: {
            /** @description The newest first. */
            items: components["schemas"]["LinesView"][];
        };
        /** @description What the first administrator is created with. */
        SetUpSent: {
            /** @description The code that the program printed at its start. */
            code?: string | null;
            /** @description What the company is called. */
            company: string;
            language?: components["schemas"]["Language"] | null;
            /** @description The name to sign in with. */
            name: string;
            /** @description The password. */
            password: string;
        };
        /** @description Whether the centre still waits for its first administrator. */
        SetUpView: {
            /** @description Whether the code is needed that the program printed at its start. */
            code_needed: boolean;
            /** @description Where this page is served. The first administrator is created at `admin`. */
            listener: components["schemas"]["Listener"];
            /** @description Whether it does. */
            needed: boolean;
        };
        /** @description A line of a sheet. */
        SheetLine: {
            /** @description And in English. */
            en: string;
            /** @description What it is, for programs. */
            field: string;
            /** @description What to fill in. */
            value: string;
            /** @description As phones call it, in Chinese. */
            zh: string;
        };
        /** @description The end of an agent's shift. */
        ShiftView: {
            /** @description When his work is over: from then on he is asked to sign out. */
            ends: string;
            /** @description When he is signed out; a call, and the work after it, go on. */
            signs_out_at: string;
        };
        /** @description A code that a browser shows. */
        ShownView: {
            /** @description Until when it is valid: at most 60 s. */
            expires_at: string;
            /** @description Its id, which stands in the picture. */
            scan: string;
            /** @description What the page keeps for itself: without it, the code lets nobody in. */
            secret: string;
            /** @description What the picture contains: the address at which a phone answers. */
            uri: string;
        };
        /** @description Name and password. */
        SignInSent: {
            /** @description The name of the account. */
            name: string;
            /** @description Its password. Case matters. */
            password: string;
        };
        /** @description How far a sign-in is. */
        SignInStepView: {
            /** @description Who he is. */
            me: components["schemas"]["MeView"];
            /** @description Recovery codes that were just drawn, shown once. */
            recovery_codes?: string[];
            /** @enum {string} */
            state: "signed_in";
        } | {
            /** @description Which kinds the account has. */
            methods: components["schemas"]["MethodView"][];
            /** @enum {string} */
            state: "second_factor";
            /** @description What the next request must bring. */
            ticket: string;
        } | {
            /** @description The secret in base 32. */
            secret: string;
            /** @enum {string} */
            state: "enrol_totp";
            /** @description What the next request must bring. */
            ticket: string;
            /** @description The same for who scans it. */
            uri: string;
        } | {
            /** @description Recovery codes that were just drawn, shown once. */
            recovery_codes?: string[];
            /** @enum {string} */
            state: "change_password";
            /** @description What the next request must bring. */
            ticket: string;
            /** @description Why. */
            why: components["schemas"]["WhyPassword"];
        };
        /** @description A sign-in that waits for a second factor. */
        SignInTicketSent: {
            /** @description What the step before gave. */
            ticket: string;
        };
        /** @description A call through a flow, as far as the steps go. */
        SimulatedView: {
            end?: components["schemas"]["EndView"] | null;
            /** @description The nodes, in order. */
            steps: components["schemas"]["StepView"][];
            /** @description Every way a caller can take, as lines. */
            tree: string[];
            /** @description `key`, `agent`, or `talk_end`; none: it is over. */
            waits_for?: string | null;
        };
        /** @description A call to be tried out. */
        SimulationSent: {
            /** @description What the caller does: `{"press": "1"}`, `{"wait": true}`, `{"hang_up": true}`. */
            steps?: components["schemas"]["StepSent"][];
            /** @description The flow's text; what runs, if none is given. */
            text?: string | null;
        };
        /** @description Whether a step is left out for now. */
        SkipSent: {
            /** @description It. */
            skipped: boolean;
        };
        /** @description How a prompt sounds to callers. Levels are in dBov: 0 is the loudest there can be. */
        SoundView: {
            /**
             * Format: int64
             * @description How long it lasts.
             */
            length_ms: number;
            /**
             * Format: double
             * @description How loud it is.
             */
            level_dbov: number;
            /**
             * Format: double
             * @description The level that its quietest tenth stays below: the noise of the room, where there are pauses.
             */
            noise_dbov: number;
            /**
             * Format: double
             * @description Its highest sample.
             */
            peak_dbov: number;
            /**
             * Format: int64
             * @description Silence after the last sound.
             */
            silence_after_ms: number;
            /**
             * Format: int64
             * @description Silence before the first sound.
             */
            silence_before_ms: number;
        };
        /** @description One stretch of a call. */
        StageView: {
            /**
             * Format: int64
             * @description When it began, from arrival.
             */
            from_ms: number;
            /**
             * Format: int64
             * @description How long it took.
             */
            ms: number;
            /** @description `arriving`, `flow`, `queue`, `talk`, `hold`, `transfer`, `consult`, `conference`, `parked`, `missing`. */
            stage: components["schemas"]["CallStage"];
            /** @description With whom or where. */
            with?: string | null;
        };
        /** @description How one changes one's state. */
        StateSent: {
            /** @description Why one takes a break. */
            reason?: string | null;
            /** @description To what. */
            to: components["schemas"]["StateTo"];
        };
        /**
         * @description A state one can ask for.
         * @enum {string}
         */
        StateTo: "sign_in" | "sign_out" | "available" | "break" | "end_wrap_up";
        /** @description What somebody who tries a flow out does. */
        StepSent: {
            /** @description He presses a key. */
            press: string;
        } | {
            /** @description He waits. */
            wait: boolean;
        } | {
            /** @description He hangs up. */
            hang_up: boolean;
        };
        /** @description A node a call came to. */
        StepView: {
            /** @description What led there. */
            by?: string | null;
            /** @description What was heard there: the words, or the name of a file. */
            heard: string[];
            /** @description The node. */
            node: string;
        };
        /** @description A call as a story. */
        StoryView: {
            /** @description What happened and why, a sentence each. */
            lines: string[];
            /** @description What the caller went through; the lengths add up to the call's. */
            stages: components["schemas"]["StageView"][];
        };
        /** @description A field of summaries. */
        SummaryFieldView: {
            /** @description What can be chosen. */
            choices?: components["schemas"]["ChoiceView"][];
            /** @description In English. */
            en: string;
            /** @description `text`, `choice`, `yes_no`, `date`. */
            kind: string;
            /** @description As records know it. */
            name: string;
            /** @description In Chinese. */
            zh: string;
        };
        /** @description What must be written, and until when. */
        SummaryRuleView: {
            /** @description Whether wrap-up ends only with a result. */
            required: boolean;
            /**
             * Format: int64
             * @description How long after his part in the call the agent may leave it open.
             */
            within_ms: number;
        };
        /** @description A summary as it is sent. */
        SummarySent: {
            /** @description The codes from the root of the tree to the result; nothing for none. */
            disposition?: string[];
            /** @description The fields: texts, codes of choices, days as 2026-11-28; true or false. */
            fields?: Record<string, never>;
            /** @description Free text. */
            note?: string;
            owner?: components["schemas"]["OwnerSent"] | null;
            /** @description Whether the matter was resolved. */
            resolved?: boolean | null;
        };
        /** @description An agent's summary of a call. */
        SummaryView: {
            /** @description Whose part in it this is about. */
            agent: string;
            /** @description The articles that were used. */
            articles: string[];
            /** @description The call. */
            call: string;
            /** @description The codes from the root of the tree to the result. */
            disposition: string[];
            /** @description When it counts as not filled; none: it need not be written, or his part goes on. */
            due?: string | null;
            /** @description What the result means for the contact. */
            effect?: string | null;
            /** @description The fields: texts, codes of choices, days; true or false. */
            fields: Record<string, never>;
            /** @description Whether it was written after that: it still counts as not filled in reports. */
            late: boolean;
            /** @description Free text, as it was written. */
            note: string;
            owner?: components["schemas"]["OwnerSent"] | null;
            /** @description Whether the matter was resolved. */
            resolved?: boolean | null;
            /** @description `open`, `filled`, `not_filled`. */
            state: string;
            /** @description The ticket that was opened. */
            ticket?: string | null;
            /** @description When it was written last. */
            written_at?: string | null;
            /** @description By whom. */
            written_by?: string | null;
        };
        /**
         * @description What a supervisor does in a call.
         * @enum {string}
         */
        Supervising: "listen" | "whisper" | "barge" | "intercept";
        /** @description A supervisor in a call. */
        SupervisorView: {
            /** @description Who. */
            agent: string;
            /** @description What he does in it. */
            mode: components["schemas"]["Supervising"];
        };
        /** @description What the page begins the sign-in by. */
        TakeSent: {
            /** @description The secret of the page. */
            secret: string;
        };
        /**
         * @description Calls that came to a queue, summed up: `offered = answered + abandoned + left`. A call counts once, for the last queue it
         *     was in and the last agent who talked with its caller.
         */
        TallyView: {
            /**
             * Format: int64
             * @description Those whose caller gave up.
             */
            abandoned: number;
            /**
             * Format: int64
             * @description Of these, those that gave up too early to count for the service level.
             */
            abandoned_early: number;
            /**
             * Format: int64
             * @description Those with whose caller an agent talked.
             */
            answered: number;
            /**
             * Format: int64
             * @description Of these, those that had waited no longer than the service level allows.
             */
            answered_within: number;
            /**
             * Format: int64
             * @description How long callers were on hold.
             */
            hold_ms: number;
            /**
             * Format: int64
             * @description Those that went on otherwise.
             */
            left: number;
            /**
             * Format: int64
             * @description Calls that came to a queue.
             */
            offered: number;
            /**
             * Format: int64
             * @description `answered_within / (offered - abandoned_early)`, in thousandths; none if nothing counts.
             */
            service_level_permille?: number | null;
            /**
             * Format: int64
             * @description How long agents talked.
             */
            talk_ms: number;
            /**
             * Format: int64
             * @description How long callers waited.
             */
            wait_ms: number;
        };
        /** @description Somebody or something a caller can be transferred to. */
        TargetSeen: {
            /** @description Whether a transfer would begin now. */
            can: boolean;
            /** @description `agent`, `queue`, `flow`, `number`. */
            kind: string;
            /** @description What people see. */
            label: string;
            /** @description As the action names it. */
            name: string;
            /** @description What to do about it. */
            remedy?: string | null;
            /** @description How it stands: an agent's activity, how many wait. */
            state?: string | null;
            /** @description The code of the rule that says no. */
            why?: string | null;
        };
        /** @description Where a caller is taken: one of these. */
        TargetSent: {
            /** @description To an agent. */
            agent: string;
        } | {
            /** @description To a queue. */
            queue: string;
        } | {
            /** @description To a flow. */
            flow: string;
        } | {
            /** @description To a number outside. */
            number: string;
        };
        /** @description The target of the service level. */
        TargetView: {
            /**
             * Format: int64
             * @description Callers who give up within this time do not count at all.
             */
            abandoned_within_ms: number;
            /**
             * Format: int64
             * @description The share that is aimed at, in thousandths.
             */
            permille: number;
            /**
             * Format: int64
             * @description A call answered within this time counts for it.
             */
            within_ms: number;
        };
        /** @description Flows to begin with. */
        TemplatesView: {
            /** @description They. */
            items: components["schemas"]["TemplateView"][];
        };
        /** @description A flow to begin with. */
        TemplateView: {
            /** @description And in English. */
            en: string;
            /** @description Its name. */
            name: string;
            /** @description Its text. */
            text: string;
            /** @description What it is for, in Chinese. */
            zh: string;
        };
        /** @description What a browser places a test call by. */
        TestPhoneView: {
            /** @description Until when it counts. */
            expires_at: string;
            /** @description The number to be called. */
            number: string;
            /** @description The password of the digest, shown this once. */
            password: string;
            /** @description The realm of the digest. */
            realm: string;
            /** @description Its address. */
            sip_uri: string;
            /** @description The user name of the digest. */
            user: string;
            /** @description Where the WebSocket is opened. */
            ws_path: string;
        };
        /** @description Things as they are configured: each its name, and what is said of it; no passwords. */
        ThingsView: {
            /** @description They, by name. */
            items: Record<string, never>[];
        };
        /** @description What is to change. What is left out stays as it is. */
        TicketChangeSent: {
            /** @description Somebody else looks after it. */
            agent?: string | null;
            /** @description Another time is promised. */
            promised_at?: string | null;
            /** @description `open`, `done`, `cancelled`. */
            state?: string | null;
            /** @description What was done or learned. */
            text?: string | null;
        };
        /** @description Something that was done about a ticket. */
        TicketChangeView: {
            /** @description Who looks after it since then. */
            agent?: string | null;
            /** @description When. */
            at: string;
            /** @description By whom. */
            by: string;
            /** @description What is promised since then. */
            promised_at?: string | null;
            /** @description How it stands since then. */
            state?: string | null;
            /** @description In words. */
            text?: string | null;
        };
        /** @description A ticket that is to be opened. */
        TicketSent: {
            /** @description Who looks after it; who opens it, if nobody is named. */
            agent?: string | null;
            /** @description The call it is opened in. */
            call?: string | null;
            /** @description Whose matter it is; that of the customer of the call, if none is given. */
            number?: string | null;
            /** @description `low`, `normal`, `high`, `urgent`; `normal` if nothing is said. */
            priority?: string | null;
            /** @description Until when the customer hears of it. */
            promised_at: string;
            /** @description In one line. */
            subject: string;
            /** @description In full. */
            text?: string | null;
        };
        /** @description Some tickets. */
        TicketsPage: {
            /** @description They, the next promise first. */
            items: components["schemas"]["TicketView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /** @description A ticket. */
        TicketView: {
            /** @description Who looks after it. */
            agent?: string | null;
            /** @description The call it was opened in. */
            call?: string | null;
            /** @description What was done; lists leave it empty. */
            changes: components["schemas"]["TicketChangeView"][];
            /** @description Whose matter it is. */
            number: string;
            /** @description When it was opened. */
            opened: string;
            /** @description By whom. */
            opened_by: string;
            /** @description Whether it was broken. */
            overdue: boolean;
            /** @description `low`, `normal`, `high`, `urgent`. */
            priority: string;
            /** @description Until when the customer hears of it. */
            promised_at: string;
            /** @description How the promise of an open one stands: `running`, `near`, `overdue`. */
            stage?: string | null;
            /** @description `open`, `done`, `cancelled`. */
            state: string;
            /** @description In one line. */
            subject: string;
            /** @description In full. */
            text: string;
            /** @description Its id: `T-17`. */
            ticket: string;
        };
        /** @description How an agent's day fares. */
        TodayView: {
            /**
             * Format: int64
             * @description Calls he answered.
             */
            answered: number;
            /**
             * Format: int64
             * @description On breaks.
             */
            break_ms: number;
            /**
             * Format: int64
             * @description Offers he let pass.
             */
            missed: number;
            /**
             * Format: int64
             * @description Signed in.
             */
            signed_in_ms: number;
            /**
             * Format: int64
             * @description In calls.
             */
            talk_ms: number;
            /**
             * Format: int64
             * @description Finishing calls' work.
             */
            wrap_up_ms: number;
        };
        /** @description A token was made. */
        TokenMadeView: {
            /** @description What a program sends as `Authorization: Bearer …`; shown once. */
            text: string;
            /** @description It. */
            token: components["schemas"]["TokenView"];
        };
        /** @description A token that is to be made. */
        TokenSent: {
            /** @description Until when. */
            ends: string;
            /** @description What it is for. */
            name: string;
            /** @description What it is to permit; no more than its owner may. */
            permissions: string[];
        };
        /** @description Tokens. */
        TokensView: {
            /** @description They. */
            items: components["schemas"]["TokenView"][];
        };
        /** @description A token. */
        TokenView: {
            /** @description Until when. */
            ends: string;
            /** @description Since when. */
            made: string;
            /** @description What it is for. */
            name: string;
            /** @description What it permits, as far as its owner may. */
            permissions: string[];
            /** @description When somebody revoked it. */
            revoked?: string | null;
            /** @description Its id. */
            token: string;
        };
        /** @description The SIP messages of a call, credentials masked. */
        TraceView: {
            /** @description They, in order. */
            messages: components["schemas"]["MessageView"][];
        };
        /** @description A trunk, as of now. */
        TrunkView: {
            /** @description The cause if it cannot. */
            cause?: string | null;
            /** @description Since when. */
            since: string;
            /** @description Its name. */
            trunk: string;
            /** @description Whether it can be used. */
            up: boolean;
        };
        /** @description The organisation. */
        UnitsView: {
            /** @description What people of several units do together. */
            projects: components["schemas"]["ProjectView"][];
            /** @description Organisations, departments, teams. */
            units: components["schemas"]["UnitView"][];
        };
        /** @description An organisation, a department or a team. */
        UnitView: {
            /** @description `organisation`, `department` or `team`. */
            kind: string;
            /** @description What people call it. */
            name: string;
            /** @description What it belongs to. */
            parent?: string | null;
            /** @description Its id; a new unit brings a number that no other has. */
            unit: string;
        };
        /** @description A second factor that opens a locked account. */
        UnlockSent: {
            /** @description Its code. */
            code: string;
            /** @description Which factor. */
            method: components["schemas"]["MethodView"];
            /** @description The name of the account. */
            name: string;
        };
        /** @description An article that was used. */
        UsedSent: {
            /** @description Its id. */
            article: string;
        };
        /** @description Some people. */
        UsersPageView: {
            /** @description They, by id. */
            items: components["schemas"]["PersonView"][];
            /** @description Where the next page begins. */
            next?: string | null;
        };
        /**
         * @description Whether a role stays.
         * @enum {string}
         */
        VerdictSent: "keep" | "remove";
        /** @description Whether the log is whole. */
        VerifiedView: {
            /** @description Where it is broken, in words. */
            breaks: string[];
            /** @description The last record's hash. */
            hash?: string | null;
            /**
             * Format: int64
             * @description The last record's place.
             */
            last?: number | null;
            /**
             * Format: int64
             * @description How many records were looked at.
             */
            records: number;
            /** @description Whether it is. */
            whole: boolean;
        };
        /** @description Versions of the configuration. */
        VersionsView: {
            /** @description They, the newest first. */
            items: components["schemas"]["ConfigVersionView"][];
        };
        /** @description What a browser registers by. */
        VoiceView: {
            /** @description The codecs it should offer, the best first. */
            codecs: string[];
            /** @description Until when the key counts, unless it is asked for again. */
            expires_at: string;
            /** @description Its password. */
            password: string;
            /** @description Its realm. */
            realm: string;
            /** @description The address it registers as. */
            sip_uri: string;
            /** @description The user name of the digest. */
            user: string;
            /** @description Where it speaks SIP, on this very address. */
            ws_path: string;
        };
        /** @description Calls over time. */
        VolumeReport: components["schemas"]["ReportHead"] & {
            /** @description Hours, days, weeks or months, those without a call too. */
            rows: components["schemas"]["PeriodRow"][];
            /** @description Their sum. */
            totals: components["schemas"]["TallyView"];
        };
        /** @description What callers were asked in surveys, and what they said (RPT-02). */
        VotesView: {
            /**
             * Format: int64
             * @description How often they were asked.
             */
            asked: number;
            /**
             * Format: int64
             * @description How often they answered, by whatever scale.
             */
            given: number;
            /** @description Their answers, by question and best score: those of two scales have no common mean. */
            scales: components["schemas"]["ScaleView"][];
        };
        /** @description A webhook was set up or changed. */
        WebhookMadeView: {
            /** @description What its receiver checks messages with (`whsec_…`), shown once. */
            secret?: string | null;
            /** @description It. */
            webhook: components["schemas"]["WebhookView"];
        };
        /** @description What is changed; what is not there stays. */
        WebhookPatch: {
            /** @description What it is told. */
            events?: string[] | null;
            /** @description What people call it. */
            name?: string | null;
            /** @description Whether it gets another secret. */
            new_secret?: boolean;
            state?: components["schemas"]["WebhookStateSent"] | null;
            /** @description Where it is told. */
            url?: string | null;
        };
        /** @description A webhook that is to be set up. */
        WebhookSent: {
            /** @description What it is told; everything there is today, if nothing is named. */
            events?: string[];
            /** @description What people call it. */
            name: string;
            /** @description Where it is told: https, or http on the machine itself. */
            url: string;
        };
        /**
         * @description Whether a webhook is told anything.
         * @enum {string}
         */
        WebhookStateSent: "on" | "paused";
        /** @description All webhooks. */
        WebhooksView: {
            /** @description What there is to be told. */
            events: string[];
            /** @description They. */
            items: components["schemas"]["WebhookView"][];
        };
        /** @description A webhook. */
        WebhookView: {
            /** @description The last event it has taken; none: it was told nothing yet. */
            cursor?: string | null;
            /** @description What it is told: `call.ended`, … */
            events: string[];
            /** @description Since when nothing is taken. */
            failing_since?: string | null;
            /** @description When. */
            made: string;
            /** @description Who set it up. */
            made_by: string;
            /** @description What people call it. */
            name: string;
            /** @description When it is tried next. */
            next_try?: string | null;
            /** @description `on`, `paused`, or `failed`: it took nothing for too long, and is told nothing any more. */
            state: string;
            /**
             * Format: int32
             * @description How often the next message was tried in vain.
             */
            tries: number;
            /** @description Where it is told. */
            url: string;
            /**
             * Format: int64
             * @description How many events are behind that, also such as it is not told.
             */
            waiting: number;
            /** @description Its id. */
            webhook: string;
        };
        /** @description Who asks to be let in, for the phone. */
        WhoAsksView: {
            /** @description When it showed the code. */
            at: string;
            /** @description What the browser calls itself. */
            device: string;
            /** @description Until when it can be answered. */
            expires_at: string;
            /** @description Its address. */
            ip: string;
        };
        /** @description Why an agent gets no calls. */
        WhyNoCallsView: {
            /** @description For which time. */
            at: string;
            /** @description The calls that were decided upon around that time. */
            decisions: components["schemas"]["DecisionView"][];
            /** @description What is older is not known any more; none: nothing is known at all. */
            known_from?: string | null;
            /**
             * Format: int32
             * @description How many calls he had missed in a row.
             */
            missed: number;
            /** @description The agent's phones as they stood then. */
            phones: components["schemas"]["PhoneThenView"][];
            /** @description The queues he served. */
            queues: string[];
            /** @description What stands in the way, the most telling first; nothing if calls can come. */
            reasons: components["schemas"]["WhyView"][];
            /** @description What he was able to do, each with his level. */
            skills: {
                [key: string]: number;
            };
            /** @description The trunks that could not be used then, and why. */
            trunks_down: components["schemas"]["PhoneThenView"][];
        };
        /**
         * @description Why another password is to be chosen.
         * @enum {string}
         */
        WhyPassword: "first_sign_in" | "expired" | "reset";
        /** @description Something that keeps calls from an agent. */
        WhyView: {
            /** @description As programs know it. */
            code: string;
            /** @description In words. */
            en: string;
            /** @description What to do about it. */
            remedy_en: string;
            /** @description What to do about it. */
            remedy_zh: string;
            /** @description In words. */
            zh: string;
        };
        /** @description Words to be spoken. */
        WordsSent: {
            /** @description They, in Mandarin. */
            say: string;
        };
        /** @description Words in both languages. */
        WordsView: {
            /** @description In English. */
            en: string;
            /** @description In Chinese. */
            zh: string;
        };
        /** @description When a leg sounded worst. */
        WorstView: {
            /** @description The end of these 5 s. */
            at: string;
            /** @description Why it likely did: `loss_in`, `loss_out`, `jitter`, `delay`, `silence`, `none`. */
            cause: string;
            /** @description The same in words. */
            en: string;
            /**
             * Format: int32
             * @description The leg.
             */
            leg: number;
            /**
             * Format: float
             * @description How it sounded, 1.0 to 4.5.
             */
            mos: number;
            /** @description What to do about it. */
            remedy_en: string;
            /** @description What to do about it. */
            remedy_zh: string;
            /** @description The same in words. */
            zh: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
