//! Vouchers: made by staff, redeemed by customers.

use std::time::Duration;

use super::{
    account::when, admin::echo, amount::bad_amount, credit::Undone, menu::menu_button, not_allowed,
    say, show,
};
use crate::{
    ids::VoucherBatchId,
    ledger,
    money::{AmountError, LARGEST_AMOUNT, Money, OutOfRange},
    rights::{Right, Role},
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        audit_log::{Act, Deed},
        vouchers::{Batch, Redeemed},
    },
    voucher::VoucherCode,
};

/// Codes of one batch: as many as one message can show.
const MOST_CODES: u16 = 50;
/// People who may share one code.
const MOST_USES: u16 = 1_000;
/// Days that vouchers last.
const MOST_DAYS: u16 = 365;
const USUAL_DAYS: u16 = 30;
/// Batches that one screen lists.
const LISTED: u16 = 10;

/// What `/voucher new` asks for.
struct Order {
    amount: Money,
    codes: u16,
    uses: u16,
    days: u16,
}

enum BadOrder {
    Usage,
    Amount(AmountError, String),
}

/// `5 x20 30d`: twenty codes, each once. `5 x20 each`: one code that twenty people can redeem, each once.
fn read_order(words: &[&str]) -> Result<Order, BadOrder> {
    let (amount, rest) = words.split_first().ok_or(BadOrder::Usage)?;
    let amount = Money::parse_amount(amount)
        .map_err(|error| BadOrder::Amount(error, (*amount).to_owned()))?;
    let (mut count, mut days, mut is_shared) = (1, USUAL_DAYS, false);
    for word in rest {
        let number = |digits: &str, most: u16| {
            digits.parse().ok().filter(|number| (1..=most).contains(number)).ok_or(BadOrder::Usage)
        };
        if *word == "each" {
            is_shared = true;
        } else if let Some(digits) = word.strip_prefix('x') {
            count = number(digits, MOST_USES)?;
        } else if let Some(digits) = word.strip_suffix('d') {
            days = number(digits, MOST_DAYS)?;
        } else {
            return Err(BadOrder::Usage);
        }
    }
    let (codes, uses) = if is_shared { (1, count) } else { (count, 1) };
    if codes > MOST_CODES { Err(BadOrder::Usage) } else { Ok(Order { amount, codes, uses, days }) }
}

/// What all of a batch is worth.
fn worth(batch: &Batch) -> Result<Money, OutOfRange> {
    batch.amount.checked_mul(batch.codes)?.checked_mul(batch.uses)
}

/// `/voucher`, `/voucher new 5 x20 30d`, `/voucher end 3`.
pub async fn command(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    match words.as_slice() {
        [] => list(shop, caller).await,
        ["new", rest @ ..] => make(shop, caller, rest).await,
        ["end", id] => match id.trim_start_matches('#').parse() {
            Ok(id) => end(shop, caller, VoucherBatchId(id)).await,
            Err(_) => Ok(say(caller, "voucher-usage", &[])),
        },
        _ => Ok(say(caller, "voucher-usage", &[])),
    }
}

/// Why no vouchers were made.
enum NotMade {
    NotAllowed,
    /// More than an admin may issue within a day.
    OverLimit {
        limit: Money,
        left: Money,
    },
    /// More than an admin may issue alone.
    TooMuch,
}

async fn make(shop: &Shop, caller: &Caller<'_>, words: &[&str]) -> Result<Reply, Fault> {
    let order = match read_order(words) {
        Ok(order) => order,
        Err(BadOrder::Usage) => return Ok(say(caller, "voucher-usage", &[])),
        Err(BadOrder::Amount(error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    let now = shop.clock.now();
    let batch = Batch {
        amount: order.amount,
        codes: order.codes,
        uses: order.uses,
        expires_at: now + Duration::from_hours(24) * u32::from(order.days),
    };
    let total = worth(&batch)?;
    if total > LARGEST_AMOUNT {
        return Ok(bad_amount(caller, &total.to_string(), AmountError::TooLarge));
    }
    let codes: Vec<VoucherCode> =
        (0..batch.codes).map(|_| VoucherCode::new(&shop.settings.random)).collect();
    let hashes: Vec<_> = codes.iter().map(VoucherCode::hash).collect();
    let (badge, rules) = (caller.badge(), shop.settings.staff);
    let made = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Credit).await? else {
                    return Ok(Err(NotMade::NotAllowed));
                };
                if authority.role() != Role::Owner {
                    if rules.second_above.is_some_and(|most| total > most) {
                        return Ok(Err(NotMade::TooMuch));
                    }
                    let issued =
                        tx.issued_since(authority.customer(), now - super::credit::A_DAY).await?;
                    if let Some(limit) = rules.admin_per_day
                        && issued.checked_add(total)? > limit
                    {
                        let left = limit.checked_sub(issued)?.max(Money::ZERO);
                        return Ok(Err(NotMade::OverLimit { limit, left }));
                    }
                }
                let id = tx.add_vouchers(&authority, &batch, &hashes, now).await?;
                let deed = Deed {
                    act: Act::Vouchers,
                    subject: None,
                    order: None,
                    before: "-".to_owned(),
                    after: format!("#{id}: {} × {} × {}", batch.codes, batch.uses, batch.amount),
                    note: None,
                };
                tx.log(&authority, &deed, now).await?;
                Ok::<_, Fault>(Ok(id))
            })
        })
        .await?;
    match made {
        Ok(id) => printed(shop, caller, id, &batch, &codes).await,
        Err(NotMade::NotAllowed) => Ok(not_allowed(caller)),
        Err(NotMade::TooMuch) => Ok(say(caller, "voucher-too-much", &[("amount", total.into())])),
        Err(NotMade::OverLimit { limit, left }) => {
            Ok(say(caller, "topup-over-limit", &[("limit", limit.into()), ("left", left.into())]))
        }
    }
}

/// The only time that the codes are seen.
async fn printed(
    shop: &Shop,
    caller: &Caller<'_>,
    id: VoucherBatchId,
    batch: &Batch,
    codes: &[VoucherCode],
) -> Result<Reply, Fault> {
    let args = [
        ("id", id.0.into()),
        ("amount", batch.amount.into()),
        ("codes", i64::from(batch.codes).into()),
        ("uses", i64::from(batch.uses).into()),
        ("until", when(batch.expires_at).into()),
    ];
    let id = if batch.uses > 1 { "voucher-shared" } else { "voucher-made" };
    let mut text = caller.words.spans(id, &args);
    for code in codes {
        text.push(Span::Plain("\n".into()));
        text.push(Span::Code(code.to_string()));
    }
    show(shop, caller, Screen::new(text).only_for_actor()).await
}

async fn list(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let words = &caller.words;
    let mut text = words.spans("voucher-usage", &[]);
    for found in shop.store.voucher_batches(LISTED).await? {
        let args = [
            ("id", found.id.0.into()),
            ("amount", found.batch.amount.into()),
            ("codes", i64::from(found.batch.codes).into()),
            ("uses", i64::from(found.batch.uses).into()),
            ("redeemed", found.redeemed.into()),
            ("until", when(found.batch.expires_at).into()),
        ];
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("voucher-line", &args));
    }
    show(shop, caller, Screen::new(text).row(vec![menu_button(words)]).only_for_actor()).await
}

async fn end(shop: &Shop, caller: &Caller<'_>, id: VoucherBatchId) -> Result<Reply, Fault> {
    let (badge, now) = (caller.badge(), shop.clock.now());
    let ended = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Credit).await? else {
                    return Ok(None);
                };
                let ended = tx.end_vouchers(id, now).await?;
                if ended {
                    let deed = Deed {
                        act: Act::VouchersEnd,
                        subject: None,
                        order: None,
                        before: format!("#{id}"),
                        after: "-".to_owned(),
                        note: None,
                    };
                    tx.log(&authority, &deed, now).await?;
                }
                Ok::<_, Fault>(Some(ended))
            })
        })
        .await?;
    Ok(match ended {
        None => not_allowed(caller),
        Some(true) => say(caller, "voucher-ended", &[("id", id.0.into())]),
        Some(false) => say(caller, "voucher-unknown", &[("id", id.0.into())]),
    })
}

/// `/redeem CODE`: once for each person and code, however often it is sent.
pub async fn redeem(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if typed.trim().is_empty() {
        return Ok(say(caller, "redeem-usage", &[]));
    }
    let (customer, now) = (caller.customer.id, shop.clock.now());
    if let Err(left) = shop.guesses.take(customer, now) {
        return Ok(say(caller, "redeem-too-often", &[("left", left.into())]));
    }
    let Some(code) = VoucherCode::parse(typed) else {
        return Ok(say(caller, "redeem-wrong", &[("typed", echo(typed).into())]));
    };
    let hash = code.hash();
    let redeemed = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let redeemed = tx.use_voucher(&hash, customer, now).await?;
                if let Redeemed::Now { redemption, amount } = redeemed {
                    ledger::redeem(tx, redemption, customer, amount, now).await?;
                }
                Ok::<_, Undone>(redeemed)
            })
        })
        .await;
    let redeemed = match redeemed {
        Ok(redeemed) => redeemed,
        Err(Undone::Fault(fault)) => return Err(fault),
        // The account that pays for vouchers issues money, so it is never poor.
        Err(Undone::Poor) => Redeemed::UsedUp,
    };
    if redeemed != Redeemed::Unknown {
        shop.guesses.give_back(customer);
    }
    let balance = ledger::balance(&shop.store, customer).await?.free;
    Ok(match redeemed {
        Redeemed::Now { amount, .. } => {
            say(caller, "redeem-done", &[("amount", amount.into()), ("balance", balance.into())])
        }
        Redeemed::Unknown => say(caller, "redeem-wrong", &[("typed", echo(typed).into())]),
        Redeemed::Expired => say(caller, "redeem-expired", &[]),
        Redeemed::AlreadyYours => say(caller, "redeem-yours", &[("balance", balance.into())]),
        Redeemed::UsedUp => say(caller, "redeem-used-up", &[]),
    })
}

#[cfg(test)]
mod tests;
