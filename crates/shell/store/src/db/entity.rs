//! The tables as they are. Nobody but the queries sees these; `convert` makes domain values of them.

pub(crate) mod applied {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "applied")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) node: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) epoch: i64,
        pub(crate) seq: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod fact {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fact")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) node: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) epoch: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) seq: i64,
        pub(crate) at: i64,
        pub(crate) call: Option<String>,
        pub(crate) kind: String,
        pub(crate) json: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod call_record {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_record")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) call: String,
        pub(crate) started_at: i64,
        pub(crate) ended_at: i64,
        pub(crate) caller: Option<String>,
        pub(crate) called: String,
        pub(crate) trunk: Option<String>,
        pub(crate) flow: String,
        pub(crate) flow_version: i64,
        pub(crate) queue: Option<String>,
        pub(crate) agent: Option<String>,
        pub(crate) ring_ms: i64,
        pub(crate) ivr_ms: i64,
        pub(crate) queue_ms: i64,
        pub(crate) talk_ms: i64,
        pub(crate) hold_ms: i64,
        pub(crate) cause: String,
        pub(crate) ended_by: String,
        pub(crate) recording: Option<String>,
        pub(crate) recording_missing_ms: i64,
        pub(crate) recording_reason: Option<String>,
        pub(crate) recording_sha256: Option<String>,
        pub(crate) recording_ms: i64,
        pub(crate) record: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod call_agent {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_agent")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agent: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) started_at: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) call: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod call_summary {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_summary")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) call: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) agent: String,
        pub(crate) sheet: Option<String>,
        pub(crate) due: Option<i64>,
        pub(crate) first_at: Option<i64>,
        pub(crate) written_at: Option<i64>,
        pub(crate) written_by: Option<String>,
        pub(crate) disposition: String,
        pub(crate) said_zh: String,
        pub(crate) said_en: String,
        pub(crate) effect: Option<String>,
        pub(crate) resolved: Option<i32>,
        pub(crate) note: String,
        pub(crate) fields: String,
        pub(crate) owner: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod call_mode {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_mode")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) mode: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) started_at: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) call: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod call_vote {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_vote")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) call: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) number: i32,
        pub(crate) agent: String,
        pub(crate) question: String,
        pub(crate) score: Option<i32>,
        pub(crate) best: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod list_entry {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "list_entry")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry: i64,
        pub(crate) list: String,
        pub(crate) pattern: String,
        pub(crate) owner: String,
        pub(crate) added_by: Option<String>,
        pub(crate) reason: String,
        pub(crate) source: String,
        pub(crate) service: String,
        pub(crate) added_at: i64,
        pub(crate) ends_at: Option<i64>,
        pub(crate) state: String,
        pub(crate) approved_by: Option<String>,
        pub(crate) approved_at: Option<i64>,
        pub(crate) ended_by: Option<String>,
        pub(crate) ended_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod config_version {
    use sea_orm::entity::prelude::{
        ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
        PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "config_version")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i64,
        pub(crate) applied_at: i64,
        pub(crate) hash: String,
        pub(crate) applied_by: String,
        pub(crate) toml: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
