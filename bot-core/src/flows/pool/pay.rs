//! A pool pays for what was quoted: whoever asks is looked up in the group, and one transaction checks the rules and holds the
//! money, so that what two members ask for at once is weighed one after the other.

use std::time::Duration;

use super::{ask, title};
use crate::{
    action::Standing,
    clock::Timestamp,
    flows::{
        alert,
        buy::{Buyer, NotBought, add_orders, expired, open_quote, purchase},
        show, toast,
    },
    ids::{CustomerId, QuoteId},
    ledger::{self, LedgerError},
    money::{Money, OutOfRange},
    pool::{Forbidden, Spending, Verdict},
    screen::{Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError, WriteTx,
        pools::Pool,
        quotes::{Quote, QuotedOffer},
    },
    text::Words,
};

/// The time over which a member's limit, and that of all of them, counts.
const A_DAY: Duration = Duration::from_hours(24);

/// Why a pool does not pay. Nothing was charged.
pub(super) enum NotPaid {
    Frozen,
    Forbidden(Forbidden),
    NotBought(NotBought),
}

impl From<NotBought> for NotPaid {
    fn from(not: NotBought) -> Self {
        Self::NotBought(not)
    }
}

impl From<StoreError> for NotPaid {
    fn from(error: StoreError) -> Self {
        Self::NotBought(error.into())
    }
}

impl From<LedgerError> for NotPaid {
    fn from(error: LedgerError) -> Self {
        Self::NotBought(error.into())
    }
}

impl From<OutOfRange> for NotPaid {
    fn from(error: OutOfRange) -> Self {
        Self::NotBought(NotBought::Fault(error.into()))
    }
}

/// What came of it.
enum Paid {
    Bought,
    Asked,
}

/// The pool of the group in which a price is asked, with what is in it, if that is enough.
pub(in crate::flows) async fn that_may_pay(
    shop: &Shop,
    caller: &Caller<'_>,
    total: Money,
) -> Result<Option<(Pool, Money)>, Fault> {
    let Some(group) = &caller.actor.group else { return Ok(None) };
    let Some(pool) = shop.store.pool_of(&caller.actor.identity.platform, &group.id).await? else {
        return Ok(None);
    };
    let balance = ledger::pool_balance(&shop.store, pool.id).await?;
    Ok((balance >= total && !pool.is_frozen).then_some((pool, balance)))
}

/// *Pay from the pool.*
pub async fn pay(shop: &Shop, caller: &Caller<'_>, id: QuoteId) -> Result<Reply, Fault> {
    let words = &caller.words;
    let quote = match open_quote(shop, caller, id).await? {
        Ok(quote) => quote,
        Err(reply) => return Ok(reply),
    };
    let pool = match quote.offer.pool {
        Some(pool) => shop.store.pool(pool).await?,
        None => None,
    };
    let Some(pool) = pool else { return Ok(crate::flows::menu::stale_button(caller)) };
    let Some(standing) = shop.standing(caller.actor, &pool).await else {
        return Ok(alert(words.line("pool-standing-unknown", &[])));
    };
    match order_or_ask(shop, caller, &quote, &pool, standing).await {
        Ok(Paid::Bought) => {
            shop.wake();
            Ok(Reply::Nothing)
        }
        Ok(Paid::Asked) => {
            shop.wake();
            let args =
                [("group", title(words, &pool).into()), ("price", quote.offer.total()?.into())];
            let screen = Screen::new(words.spans("pool-request-asked", &args));
            show(shop, caller, screen.only_for_actor()).await
        }
        Err(NotPaid::NotBought(NotBought::Changed)) => expired(shop, caller, &quote.offer).await,
        Err(not) => Ok(told(words, not)),
    }
}

async fn order_or_ask(
    shop: &Shop,
    caller: &Caller<'_>,
    quote: &Quote,
    pool: &Pool,
    standing: Standing,
) -> Result<Paid, NotPaid> {
    let (buyer, now) = (Buyer::from(caller), shop.clock.now());
    let first = purchase(shop, &buyer, quote, Some(pool.id));
    let (id, offer) = (pool.id, quote.offer.clone());
    let told = caller.actor.group.as_ref().map_or_else(|| pool.chat.clone(), |it| it.chat.clone());
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                let pool = usable(tx, id).await?;
                let spending = spending(tx, &pool, buyer.customer, &offer, now).await?;
                match pool.rules.judge(&standing, &spending)? {
                    Err(forbidden) => Err(NotPaid::Forbidden(forbidden)),
                    Ok(Verdict::Buy) => {
                        add_orders(tx, &first, offer.quantity, buyer.card, now).await?;
                        Ok(Paid::Bought)
                    }
                    Ok(Verdict::Ask) => {
                        if ledger::in_pool(tx, pool.id).await? < spending.total {
                            return Err(NotPaid::NotBought(NotBought::Poor));
                        }
                        ask::add(tx, &pool, first.quote, &buyer, &told, now).await?;
                        Ok(Paid::Asked)
                    }
                }
            })
        })
        .await
}

/// The pool as it is now, unless nothing may be spent.
pub(super) async fn usable(tx: &mut WriteTx, id: crate::ids::PoolId) -> Result<Pool, NotPaid> {
    let pool = tx.pool(id).await?.ok_or(NotPaid::Frozen)?;
    if pool.is_frozen { Err(NotPaid::Frozen) } else { Ok(pool) }
}

/// What a purchase would add to what was spent.
pub(super) async fn spending(
    tx: &mut WriteTx,
    pool: &Pool,
    customer: CustomerId,
    offer: &QuotedOffer,
    now: Timestamp,
) -> Result<Spending, NotPaid> {
    let (by_member, by_all) = tx.spent_from(pool.id, customer, now - A_DAY).await?;
    Ok(Spending {
        total: offer.total()?,
        is_listed: tx.is_listed(pool.id, customer).await?,
        is_allowed_service: tx.is_allowed(pool.id, offer.service).await?,
        by_member,
        by_all,
    })
}

/// Why a pool did not pay, for whoever tapped.
pub(super) fn told(words: &Words, not: NotPaid) -> Reply {
    let text = match not {
        NotPaid::Frozen => words.line("pool-is-frozen", &[]),
        NotPaid::Forbidden(Forbidden::Stranger) => words.line("pool-not-a-member", &[]),
        NotPaid::Forbidden(Forbidden::Spender) => words.line("pool-not-a-spender", &[]),
        NotPaid::Forbidden(Forbidden::Service) => words.line("pool-service-not-allowed", &[]),
        NotPaid::Forbidden(Forbidden::PerOrder { most }) => {
            words.line("pool-over-order", &[("most", most.into())])
        }
        NotPaid::Forbidden(Forbidden::PerMember { most, left }) => {
            words.line("pool-over-member", &[("most", most.into()), ("left", left.into())])
        }
        NotPaid::Forbidden(Forbidden::PerDay { most, left }) => {
            words.line("pool-over-day", &[("most", most.into()), ("left", left.into())])
        }
        NotPaid::NotBought(NotBought::Taken) => return toast(words.line("quote-taken", &[])),
        NotPaid::NotBought(NotBought::Poor) => words.line("pool-poor", &[]),
        NotPaid::NotBought(NotBought::Changed) => words.line("stale-button", &[]),
        NotPaid::NotBought(NotBought::Fault(fault)) => {
            tracing::error!(%fault, "a purchase from a pool could not be stored");
            words.line("apology", &[])
        }
    };
    alert(text)
}
