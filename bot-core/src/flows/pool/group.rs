//! What happens to a group, and so to its pool: the shop is removed or comes back, or the group goes on under another id.

use crate::{
    action::GroupChange,
    ids::Platform,
    ledger,
    screen::Reply,
    shop::{Fault, Shop},
    store::outbox::{Alert, Notice},
};

pub async fn changed(
    shop: &Shop,
    platform: &Platform,
    group: &str,
    change: GroupChange,
) -> Result<Reply, Fault> {
    let (platform, group, now) = (platform.clone(), group.to_owned(), shop.clock.now());
    let owners = shop.operators().await?;
    let work = shop.store.write(move |tx| {
        Box::pin(async move {
            match change {
                GroupChange::Left => {
                    let Some(pool) = tx.set_frozen(&platform, &group, Some(now)).await? else {
                        return Ok(());
                    };
                    let alert = Notice::Alert(Alert::PoolFrozen(pool.id));
                    for owner in &owners {
                        tx.tell(owner, &alert, now).await?;
                    }
                }
                GroupChange::Joined { title } => {
                    tx.set_frozen(&platform, &group, None).await?;
                    tx.rename_pool(&platform, &group, &title).await?;
                }
                GroupChange::Became { id, chat } => {
                    let moved = tx.move_pool(&platform, (&group, &id), &chat.chat).await?;
                    if let Some(moved) = moved
                        && let Some(merged) = moved.merged
                    {
                        ledger::merge_pools(tx, (merged, moved.pool), now).await?;
                    }
                }
            }
            Ok::<_, Fault>(())
        })
    });
    work.await?;
    shop.wake();
    Ok(Reply::Nothing)
}
