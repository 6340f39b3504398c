//! A purchase that waits for an administrator of the group: ten minutes, then it lapses. Nothing is held meanwhile, and the
//! rules are looked at again when it is approved.

use std::{sync::Arc, time::Duration};

use super::{
    pay::{NotPaid, spending, told, usable},
    title,
};
use crate::{
    clock::Timestamp,
    flows::{
        alert,
        buy::{Buyer, NotBought, add_orders, purchase},
        menu::stale_button,
        show,
    },
    ids::{ChatRef, PoolRequestId, QuoteId},
    pool::Forbidden,
    screen::{Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{
        WriteTx,
        outbox::Notice,
        pools::{
            Pool,
            requests::{Request, RequestState},
        },
    },
};

/// How long an administrator may take.
pub const ANSWER_WITHIN: Duration = Duration::from_mins(10);

/// Asks the administrators in the group.
pub(super) async fn add(
    tx: &mut WriteTx,
    pool: &Pool,
    quote: QuoteId,
    buyer: &Buyer,
    told: &ChatRef,
    now: Timestamp,
) -> Result<(), NotPaid> {
    let until = now + ANSWER_WITHIN;
    let Buyer { customer, identity, chat, .. } = buyer;
    let asked =
        tx.add_pool_request((pool.id, quote), *customer, identity, chat, now, until).await?;
    let request = asked.ok_or(NotPaid::NotBought(NotBought::Taken))?;
    tx.tell(told, &Notice::PoolRequest { request }, now).await?;
    Ok(())
}

/// *Approve* or *Decline*, by an administrator of the group. The first of them decides.
pub async fn decide(
    shop: &Shop,
    caller: &Caller<'_>,
    id: PoolRequestId,
    approves: bool,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let Some(request) = shop.store.pool_request(id).await? else { return Ok(stale_button(caller)) };
    let Some(pool) = shop.store.pool(request.pool).await? else { return Ok(stale_button(caller)) };
    let Some(standing) = shop.standing(caller.actor, &pool).await else {
        return Ok(alert(words.line("pool-standing-unknown", &[])));
    };
    if !standing.is_member || !standing.is_administrator {
        return Ok(alert(words.line("pool-administrators-only", &[])));
    }
    let by = caller.actor.identity.to_string();
    let decided = if approves {
        approve(shop, &request, by).await
    } else {
        decline(shop, &request, by).await
    };
    shop.wake();
    let state = match decided {
        Ok(state) => state,
        Err(not) => return Ok(told(words, not)),
    };
    let customer = shop.store.customer(request.customer).await?;
    let args = [
        ("name", customer.map(|customer| customer.name).unwrap_or_default().into()),
        ("group", title(words, &pool).into()),
        ("by", caller.customer.name.as_str().into()),
    ];
    let text = match state {
        RequestState::Approved => words.spans("pool-request-approved", &args),
        RequestState::Declined => words.spans("pool-request-declined", &args),
        RequestState::Lapsed | RequestState::Asked => words.spans("pool-request-lapsed", &args),
    };
    show(shop, caller, Screen::new(text)).await
}

/// Buys what was asked for, once; answers how it was decided, by this tap or before.
async fn approve(shop: &Shop, request: &Request, by: String) -> Result<RequestState, NotPaid> {
    let (id, customer, now) = (request.id, request.customer, shop.clock.now());
    let quote = shop.store.quote(request.quote, customer).await?;
    let quote = quote.ok_or(NotPaid::NotBought(NotBought::Changed))?;
    // The provider is another one by now: what was quoted is not sold any more.
    if quote.offer.provider != shop.upstream.capabilities().provider {
        return Err(NotPaid::NotBought(NotBought::Changed));
    }
    // The buyer may have left the group while the administrators thought.
    let pool = shop.store.pool(request.pool).await?.ok_or(NotPaid::Frozen)?;
    let standing = shop.standing_of(&request.identity, &pool).await;
    if standing.is_some_and(|standing| !standing.is_member) {
        return Err(NotPaid::Forbidden(Forbidden::Stranger));
    }
    let buyer = Buyer {
        customer,
        identity: request.identity.clone(),
        chat: request.chat.clone(),
        card: None,
    };
    let first = purchase(shop, &buyer, &quote, Some(pool.id));
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                if let Some(state) = closed(tx, id, now).await? {
                    return Ok(state);
                }
                let pool = usable(tx, pool.id).await?;
                let spending = spending(tx, &pool, customer, &quote.offer, now).await?;
                if let Some(forbidden) = pool.rules.over(&spending)? {
                    return Err(NotPaid::Forbidden(forbidden));
                }
                tx.decide_pool_request(id, RequestState::Approved, Some(&by)).await?;
                add_orders(tx, &first, quote.offer.quantity, None, now).await?;
                Ok(RequestState::Approved)
            })
        })
        .await
}

async fn decline(shop: &Shop, request: &Request, by: String) -> Result<RequestState, NotPaid> {
    let (id, chat, now) = (request.id, request.chat.clone(), shop.clock.now());
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                if let Some(state) = closed(tx, id, now).await? {
                    return Ok(state);
                }
                tx.decide_pool_request(id, RequestState::Declined, Some(&by)).await?;
                tx.tell(&chat, &Notice::PoolDecided { request: id }, now).await?;
                Ok(RequestState::Declined)
            })
        })
        .await
}

/// How a request was decided, if it was. One whose time is over is decided by that, whether the sweep came by or not.
async fn closed(
    tx: &mut WriteTx,
    id: PoolRequestId,
    now: Timestamp,
) -> Result<Option<RequestState>, NotPaid> {
    let request = tx.pool_request(id).await?.ok_or(NotPaid::NotBought(NotBought::Changed))?;
    Ok(match request.state {
        RequestState::Asked if request.expires_at <= now => Some(RequestState::Lapsed),
        RequestState::Asked => None,
        decided @ (RequestState::Approved | RequestState::Declined | RequestState::Lapsed) => {
            Some(decided)
        }
    })
}

/// Ends what nobody has answered in time, and tells whoever waits.
pub async fn lapse(shop: &Arc<Shop>) -> Result<(), Fault> {
    let now = shop.clock.now();
    let lapsed = shop.store.write(move |tx| {
        Box::pin(async move {
            let lapsed = tx.lapse_pool_requests(now).await?;
            for request in &lapsed {
                tx.tell(&request.chat, &Notice::PoolDecided { request: request.id }, now).await?;
            }
            Ok::<_, Fault>(!lapsed.is_empty())
        })
    });
    if lapsed.await? {
        shop.wake();
    }
    Ok(())
}
