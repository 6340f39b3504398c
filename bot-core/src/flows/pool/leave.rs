//! What is left of a pool goes back to those who gave it, in one deed of the shop's staff.
//!
//! Everybody gets back the same part of what they gave since it was last given back, to the last unit; what the shop put in
//! by top-ups is taken out of circulation again. While an order of the pool's is open nothing goes back, because what it
//! holds may still come home.

use super::title;
use crate::{
    action::{PoolTap, Tap},
    flows::{admin::shown_name, alert, button, menu::stale_button, not_allowed, show},
    ids::PoolId,
    ledger::{self, Giver, LedgerError},
    money::Money,
    pool::shares,
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError, WriteTx,
        audit_log::{Act, Deed},
        outbox::Notice,
        staff::Authority,
    },
};

/// Why nothing went back.
enum NotReturned {
    NotAllowed,
    NoPool,
    /// Open orders hold so much.
    Held(Money),
    Nothing,
    Fault(Fault),
}

impl From<StoreError> for NotReturned {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LedgerError> for NotReturned {
    fn from(error: LedgerError) -> Self {
        Self::Fault(error.into())
    }
}

/// Shows who would get what.
pub async fn ask(shop: &Shop, caller: &Caller<'_>, id: PoolId) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let Some(pool) = shop.store.pool(id).await? else { return Ok(stale_button(caller)) };
    let id = pool.id;
    let parts = shop.store.write(move |tx| Box::pin(async move { parts(tx, id).await })).await;
    let parts = match parts {
        Ok(parts) => parts,
        Err(not) => return refused(caller, not),
    };
    let words = &caller.words;
    let left = ledger::pool_balance(&shop.store, id).await?;
    let args = [("group", title(words, &pool).into()), ("amount", left.into())];
    let mut text = words.spans("pool-return-confirm", &args);
    for (giver, amount) in parts {
        let name = match giver {
            Giver::Shop => words.line("pool-return-shop", &[]),
            Giver::Member(customer) => {
                let customer = shop.store.customer(customer).await?;
                customer.as_ref().map(shown_name).unwrap_or_default()
            }
        };
        text.push(Span::Plain("\n".into()));
        let args = [("name", name.into()), ("amount", amount.into())];
        text.extend(words.spans("pool-return-line", &args));
    }
    let yes = button(words, "button-pool-return-yes", Tap::Pool(PoolTap::Return(id)));
    show(shop, caller, Screen::new(text).row(vec![yes]).only_for_actor()).await
}

/// *Yes*: everything at once. A second tap finds nothing left.
pub async fn give_back(shop: &Shop, caller: &Caller<'_>, id: PoolId) -> Result<Reply, Fault> {
    let (badge, now) = (caller.badge(), shop.clock.now());
    let returned = shop.store.write(move |tx| {
        Box::pin(async move {
            let authority = tx.authorise(&badge, Right::Credit).await?;
            let authority = authority.ok_or(NotReturned::NotAllowed)?;
            let pool = tx.pool(id).await?.ok_or(NotReturned::NoPool)?;
            let left = return_all(tx, &authority, pool.id, now).await?;
            Ok((pool, left))
        })
    });
    let (pool, amount) = match returned.await {
        Ok(returned) => returned,
        Err(not) => return refused(caller, not),
    };
    shop.wake();
    let words = &caller.words;
    let args = [("group", title(words, &pool).into()), ("amount", amount.into())];
    show(shop, caller, Screen::new(words.spans("pool-returned", &args)).only_for_actor()).await
}

async fn return_all(
    tx: &mut WriteTx,
    by: &Authority,
    pool: PoolId,
    now: crate::clock::Timestamp,
) -> Result<Money, NotReturned> {
    let (parts, left) = (parts(tx, pool).await?, ledger::in_pool(tx, pool).await?);
    let actor = by.actor();
    let id = tx.add_return(pool, left, &actor, now).await?;
    for part in parts {
        ledger::give_back(tx, id, pool, part, &actor, now).await?;
        if let (Giver::Member(customer), _) = part
            && let Some(chat) = tx.private_chat(customer).await?
        {
            tx.tell(&chat, &Notice::PoolReturned { back: id, customer }, now).await?;
        }
    }
    let deed = Deed {
        act: Act::PoolReturn,
        subject: None,
        order: None,
        before: format!("pool {pool}: {left}"),
        after: ledger::in_pool(tx, pool).await?.to_string(),
        note: None,
    };
    tx.log(by, &deed, now).await?;
    Ok(left)
}

/// Who gets what of what is left.
async fn parts(tx: &mut WriteTx, pool: PoolId) -> Result<Vec<(Giver, Money)>, NotReturned> {
    let held = tx.held_for_pool(pool).await?;
    if held.is_positive() {
        return Err(NotReturned::Held(held));
    }
    let parts = shares(ledger::in_pool(tx, pool).await?, &tx.givers(pool).await?);
    if parts.is_empty() { Err(NotReturned::Nothing) } else { Ok(parts) }
}

fn refused(caller: &Caller<'_>, not: NotReturned) -> Result<Reply, Fault> {
    let words = &caller.words;
    match not {
        NotReturned::NotAllowed => Ok(not_allowed(caller)),
        NotReturned::NoPool => Ok(stale_button(caller)),
        NotReturned::Held(held) => {
            Ok(alert(words.line("pool-return-held", &[("held", held.into())])))
        }
        NotReturned::Nothing => Ok(alert(words.line("pool-return-nothing", &[]))),
        NotReturned::Fault(fault) => Err(fault),
    }
}
