//! Collects the diagnostics.

use std::{path::PathBuf, sync::Arc};

use super::{Diagnostics, FileState, Recent, store};
use crate::{
    account,
    http::{CONTRACT, Contact, ServerTime},
    locale::Language,
    ports::Ports,
    storage::{Blocking, Database, Storage, StorageError},
};

/// What the diagnostics are collected from.
pub(crate) struct Collector {
    pub(crate) storage: Storage,
    pub(crate) directory: PathBuf,
    pub(crate) blocking: Blocking,
    pub(crate) language: Language,
    pub(crate) ports: Ports,
    pub(crate) contact: Arc<Contact>,
    pub(crate) server_time: Arc<ServerTime>,
    pub(crate) recent: Arc<Recent>,
}

impl Collector {
    /// Never fails: support needs what is left of a broken app, too.
    pub(crate) async fn collect(&self) -> Diagnostics {
        let now = self.ports.clock.now();
        let member_db = &self.storage.member;
        let queue = member_db.read(move |tx| store::queue(tx, now)).await;
        let is_signed_in =
            member_db.read(|tx| Ok::<_, StorageError>(account::store::active_member_id(tx)?.is_some())).await;
        Diagnostics {
            at: now,
            core_version: env!("CARGO_PKG_VERSION"),
            contract: CONTRACT,
            language: self.language.tag(),
            is_online: self.ports.connectivity.is_online(),
            is_signed_in: is_signed_in.ok(),
            last_contact: self.contact.last(),
            server_offset: self.server_time.offset(),
            files: vec![self.file("member.db", member_db).await, self.file("cache.db", &self.storage.cache).await],
            queue: queue.ok(),
            recent: self.recent.moments(),
        }
    }

    async fn file(&self, name: &'static str, database: &Database) -> FileState {
        let path = self.directory.join(name);
        FileState {
            name,
            schema: database.read(store::schema).await.ok(),
            bytes: self.blocking.run(move || store::bytes(&path)).await.ok().flatten(),
        }
    }
}
