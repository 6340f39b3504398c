//! How much a customer may owe the shop.

use super::{
    admin::{shown_name, whom},
    amount::{bad_amount, read_amount},
    credit::Undone,
    not_allowed, say,
};
use crate::{
    ledger,
    money::Money,
    rights::Right,
    screen::Reply,
    shop::{Caller, Fault, Shop},
    store::audit_log::{Act, Deed},
};

/// `/creditline @anna 20`; 0 ends it. Setting it again to the same changes nothing.
pub async fn set(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::Lend) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (customer, rest) = match whom(shop, caller, &words, "line-usage").await? {
        Ok(found) => found,
        Err(reply) => return Ok(reply),
    };
    let Some((amount, more)) = rest.split_first() else {
        return Ok(say(caller, "line-usage", &[]));
    };
    let line = match (*amount, read_amount(amount, more)) {
        ("0", _) => Money::ZERO,
        (_, Ok(line)) => line,
        (_, Err((error, typed))) => return Ok(bad_amount(caller, &typed, error)),
    };
    let (badge, id, now) = (caller.badge(), customer.id, shop.clock.now());
    let set = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Lend).await? else {
                    return Ok(false);
                };
                let before = ledger::set_credit_line(tx, id, line).await?;
                let deed = Deed {
                    act: Act::CreditLine,
                    subject: Some(id),
                    order: None,
                    before: before.to_string(),
                    after: line.to_string(),
                    note: None,
                };
                tx.log(&authority, &deed, now).await?;
                Ok::<_, Undone>(true)
            })
        })
        .await;
    let balance = ledger::balance(&shop.store, id).await?.free;
    let args = [
        ("name", shown_name(&customer).into()),
        ("line", line.into()),
        ("balance", balance.into()),
    ];
    match set {
        Ok(true) => Ok(say(caller, "line-set", &args)),
        Ok(false) => Ok(not_allowed(caller)),
        Err(Undone::Poor) => Ok(say(caller, "line-owes-more", &args)),
        Err(Undone::Fault(fault)) => Err(fault),
    }
}
