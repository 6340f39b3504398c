//! Money into a pool: a member's own, or what the shop's staff top up. Asked for, confirmed, done once.

use std::time::Duration;

use super::{here, title};
use crate::{
    action::{PoolTap, Tap},
    flows::{
        alert,
        amount::{bad_amount, read_amount},
        button, credit,
        menu::stale_button,
        not_allowed, say, show,
    },
    ids::PoolGiftId,
    ledger::{self, LedgerError},
    money::Money,
    rights::Right,
    screen::{Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError,
        pools::{
            Pool,
            gifts::{Gift, GiftState},
        },
        top_ups::{Direction, Wish},
    },
};

/// How long a gift may be confirmed.
const CONFIRM_WITHIN: Duration = Duration::from_hours(24);

/// Why a gift was not given. Nothing moved.
enum NotGiven {
    /// Not this person's, too old, or gone.
    Stale,
    Dropped,
    Frozen,
    Poor,
    Fault(Fault),
}

impl From<StoreError> for NotGiven {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LedgerError> for NotGiven {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Poor => Self::Poor,
            error @ (LedgerError::KeyTaken(_) | LedgerError::Store(_)) => Self::Fault(error.into()),
        }
    }
}

/// `/pool give 5`. Moves nothing yet.
pub async fn ask(shop: &Shop, caller: &Caller<'_>, typed: &[&str]) -> Result<Reply, Fault> {
    let pool = match here(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let Some((amount, rest)) = typed.split_first() else {
        return Ok(say(caller, "pool-usage", &[]));
    };
    let amount = match read_amount(amount, rest) {
        Ok(amount) => amount,
        Err((error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    if pool.is_frozen {
        return Ok(say(caller, "pool-is-frozen", &[]));
    }
    let words = &caller.words;
    let balance = ledger::balance(&shop.store, caller.customer.id).await?.free;
    let group = ("group", title(words, &pool).into());
    if balance < amount {
        let args = [group, ("amount", amount.into()), ("balance", balance.into())];
        return Ok(say(caller, "pool-give-poor", &args));
    }
    let (customer, now) = (caller.customer.id, shop.clock.now());
    let asked = shop.store.write(move |tx| {
        Box::pin(async move { tx.ask_gift(pool.id, customer, amount, now).await })
    });
    let gift = asked.await?;
    let args = [group, ("amount", amount.into()), ("after", balance.checked_sub(amount)?.into())];
    let screen = Screen::new(words.spans("pool-give-confirm", &args)).row(vec![
        button(words, "button-pool-give", Tap::Pool(PoolTap::ConfirmGift(gift))),
        button(words, "button-drop", Tap::Pool(PoolTap::DropGift(gift))),
    ]);
    show(shop, caller, screen.only_for_actor()).await
}

/// *Yes*: once, however often it is tapped.
pub async fn confirm(shop: &Shop, caller: &Caller<'_>, id: PoolGiftId) -> Result<Reply, Fault> {
    let (customer, now) = (caller.customer.id, shop.clock.now());
    let given = shop.store.write(move |tx| {
        Box::pin(async move {
            let (gift, pool) = own(tx, id, customer).await?;
            match gift.state {
                GiftState::Done => return Ok((gift.amount, pool)),
                GiftState::Dropped => return Err(NotGiven::Dropped),
                GiftState::Asked if now.since(gift.asked_at) > CONFIRM_WITHIN => {
                    return Err(NotGiven::Stale);
                }
                GiftState::Asked if pool.is_frozen => return Err(NotGiven::Frozen),
                GiftState::Asked => {}
            }
            tx.decide_gift(id, GiftState::Done).await?;
            // To the pool that it was asked for; one that is part of another keeps nothing.
            ledger::give(tx, id, customer, gift.pool, gift.amount, now).await?;
            Ok((gift.amount, pool))
        })
    });
    let words = &caller.words;
    let (amount, pool): (Money, Pool) = match given.await {
        Ok(given) => given,
        Err(NotGiven::Stale) => return Ok(stale_button(caller)),
        Err(NotGiven::Dropped) => return Ok(alert(words.line("pool-give-settled", &[]))),
        Err(NotGiven::Frozen) => return Ok(alert(words.line("pool-is-frozen", &[]))),
        Err(NotGiven::Poor) => return Ok(alert(words.line("pool-give-gone", &[]))),
        Err(NotGiven::Fault(fault)) => return Err(fault),
    };
    let args = [
        ("amount", amount.into()),
        ("group", title(words, &pool).into()),
        ("balance", ledger::pool_balance(&shop.store, pool.id).await?.into()),
    ];
    show(shop, caller, Screen::new(words.spans("pool-given", &args)).only_for_actor()).await
}

/// *No.*
pub async fn drop_it(shop: &Shop, caller: &Caller<'_>, id: PoolGiftId) -> Result<Reply, Fault> {
    let customer = caller.customer.id;
    let dropped = shop.store.write(move |tx| {
        Box::pin(async move {
            let (gift, _) = own(tx, id, customer).await?;
            if gift.state == GiftState::Done {
                return Err(NotGiven::Dropped);
            }
            Ok(tx.decide_gift(id, GiftState::Dropped).await?)
        })
    });
    match dropped.await {
        Ok(()) => {
            let screen = Screen::new(caller.words.spans("topup-dropped", &[])).only_for_actor();
            show(shop, caller, screen).await
        }
        Err(NotGiven::Fault(fault)) => Err(fault),
        Err(NotGiven::Dropped) => Ok(alert(caller.words.line("pool-give-settled", &[]))),
        Err(NotGiven::Stale | NotGiven::Frozen | NotGiven::Poor) => Ok(stale_button(caller)),
    }
}

/// A gift of this person's with its pool.
async fn own(
    tx: &mut crate::store::WriteTx,
    id: PoolGiftId,
    customer: crate::ids::CustomerId,
) -> Result<(Gift, Pool), NotGiven> {
    let gift = tx.gift(id).await?.ok_or(NotGiven::Stale)?;
    if tx.purse_of(gift.customer).await? != customer {
        return Err(NotGiven::Stale);
    }
    let pool = tx.pool(gift.pool).await?.ok_or(NotGiven::Stale)?;
    Ok((Gift { pool: pool.id, ..gift }, pool))
}

/// `/pool topup 20 for March`, by the shop's staff, under the same rules as any other top-up.
pub async fn ask_top_up(shop: &Shop, caller: &Caller<'_>, typed: &[&str]) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let pool = match here(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let Some((amount, note)) = typed.split_first() else {
        return Ok(say(caller, "pool-usage", &[]));
    };
    let amount = match read_amount(amount, note) {
        Ok(amount) => amount,
        Err((error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    let note: String = note.join(" ").chars().take(credit::LONGEST_NOTE).collect();
    let wish = Wish {
        direction: Direction::In,
        customer: caller.customer.id,
        pool: Some(pool.id),
        amount,
        note: Some(note).filter(|note| !note.is_empty()),
        asked_by: caller.actor.identity.to_string(),
        issuer: Some(caller.customer.id),
    };
    let balance = ledger::pool_balance(&shop.store, pool.id).await?;
    let args = [
        ("amount", amount.into()),
        ("group", title(&caller.words, &pool).into()),
        ("balance", balance.into()),
        ("after", balance.checked_add(amount)?.into()),
    ];
    let text = caller.words.spans("pool-topup-confirm", &args);
    credit::question(shop, caller, wish, text).await
}
