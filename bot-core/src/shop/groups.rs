//! What the shop knows of groups on the platforms: who somebody is there now, and what happens to them.

use std::sync::Arc;

use super::{Fault, Shop};
use crate::{
    action::{Actor, GroupChange, Standing},
    flows,
    ids::{Identity, Platform},
    messenger::Messenger,
    screen::Reply,
    store::pools::Pool,
};

impl Shop {
    /// From now on this is the way to its platform.
    pub(crate) fn meet_messenger(&self, messenger: &Arc<dyn Messenger>) {
        self.messengers.insert(messenger.platform().clone(), Arc::clone(messenger));
    }

    /// What somebody who acts now is in a pool's group. `None` when that cannot be known.
    pub(crate) async fn standing(&self, actor: &Actor, pool: &Pool) -> Option<Standing> {
        let said = actor
            .group
            .as_ref()
            .filter(|group| actor.identity.platform == pool.platform && group.id == pool.group);
        match said.and_then(|group| group.standing.clone()) {
            Some(standing) => Some(standing),
            None => self.standing_of(&actor.identity, pool).await,
        }
    }

    /// What somebody is in a pool's group, as its platform says when it is asked. `None` when it does not.
    pub(crate) async fn standing_of(&self, person: &Identity, pool: &Pool) -> Option<Standing> {
        if person.platform != pool.platform {
            return None;
        }
        let messenger = self.messengers.get(&pool.platform).map(|it| Arc::clone(&it))?;
        match messenger.standing(&pool.group, person).await {
            Ok(standing) => standing,
            Err(error) => {
                tracing::warn!(%error, pool = %pool.id, "who somebody is in a group could not be asked");
                None
            }
        }
    }

    pub(super) async fn group_changes(
        &self,
        actor: &Actor,
        change: GroupChange,
    ) -> Result<Reply, Fault> {
        let Some(group) = &actor.group else { return Ok(Reply::Nothing) };
        flows::pool::group::changed(self, &actor.identity.platform, &group.id, change).await
    }

    /// Something happened to a group, and no person is known to have done it.
    pub async fn group_changed(&self, platform: &Platform, group: &str, change: GroupChange) {
        let changed = flows::pool::group::changed(self, platform, group, change).await;
        if let Err(fault) = changed {
            tracing::error!(%fault, %platform, "what happened to a group could not be stored");
        }
    }
}
