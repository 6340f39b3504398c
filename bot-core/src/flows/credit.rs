//! Giving a customer money and taking it back: asked for, confirmed, perhaps agreed to by a second person, done once.
//!
//! Whoever decides is authorised again inside the transaction that moves the money: a right that was lost meanwhile is
//! worth nothing.

use std::time::Duration;

use super::{
    admin::{shown_name, whom},
    amount::{bad_amount, read_amount},
    button, not_allowed, say, show,
};
use crate::{
    action::Tap,
    clock::Timestamp,
    ids::{ChatRef, PoolId, TopUpId},
    ledger,
    money::Money,
    rights::{Right, Role, StaffRules},
    screen::{Reply, Screen, Span},
    seeded::bug,
    shop::{Caller, Fault, Shop},
    store::{
        StoreError, WriteTx,
        audit_log::{Act, Deed},
        outbox::Notice,
        staff::{Authority, Badge},
        top_ups::{Direction, TopUp, TopUpState, Wish},
    },
};

pub(super) use outcome::{Outcome, Undone, about, tell};

mod outcome;

/// How long a top-up may be confirmed: a button that is found again much later says nothing of what is meant then.
const CONFIRM_WITHIN: Duration = Duration::from_hours(24);

/// The time over which an admin's limit counts.
pub(super) const A_DAY: Duration = Duration::from_hours(24);

/// Characters of a note.
pub(super) const LONGEST_NOTE: usize = 200;

/// `/topup @anna 5 for March`, or `/topup 5` as a reply; `/debit` likewise. Asks for confirmation, moves nothing.
pub async fn ask(
    shop: &Shop,
    caller: &Caller<'_>,
    direction: Direction,
    typed: &str,
) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let usage = match direction {
        Direction::In => "topup-usage",
        Direction::Out => "debit-usage",
    };
    let words: Vec<&str> = typed.split_whitespace().collect();
    // Somebody alone is no order to look them up.
    if words.len() < 2 && caller.actor.reply_to.is_none() {
        return Ok(say(caller, usage, &[]));
    }
    let (customer, rest) = match whom(shop, caller, &words, usage).await? {
        Ok(found) => found,
        Err(reply) => return Ok(reply),
    };
    let Some((amount, note)) = rest.split_first() else { return Ok(say(caller, usage, &[])) };
    let amount = match read_amount(amount, note) {
        Ok(amount) => amount,
        Err((error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    let note: String = note.join(" ").chars().take(LONGEST_NOTE).collect();
    let wish = Wish {
        direction,
        customer: customer.id,
        pool: None,
        amount,
        note: Some(note).filter(|note| !note.is_empty()),
        asked_by: caller.actor.identity.to_string(),
        issuer: Some(caller.customer.id),
    };
    let balance = ledger::balance(&shop.store, customer.id).await?.free;
    let args = |after: Money| {
        [
            ("amount", amount.into()),
            ("name", shown_name(&customer).into()),
            ("balance", balance.into()),
            ("after", after.into()),
        ]
    };
    let text = match direction {
        Direction::In => caller.words.spans("topup-confirm", &args(balance.checked_add(amount)?)),
        Direction::Out if balance < amount => {
            return Ok(say(caller, "debit-poor", &args(balance)));
        }
        Direction::Out => caller.words.spans("debit-confirm", &args(balance.checked_sub(amount)?)),
    };
    question(shop, caller, wish, text).await
}

/// Asks whoever wishes it to confirm.
pub(super) async fn question(
    shop: &Shop,
    caller: &Caller<'_>,
    wish: Wish,
    mut text: Vec<Span>,
) -> Result<Reply, Fault> {
    let direction = wish.direction;
    if let Some(note) = &wish.note {
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("topup-note", &[("note", note.as_str().into())]));
    }
    let now = shop.clock.now();
    let id = shop
        .store
        .write(move |tx| Box::pin(async move { tx.ask_top_up(&wish, now).await }))
        .await?;
    let yes = match direction {
        Direction::In => button(&caller.words, "button-confirm", Tap::ConfirmTopUp(id)),
        Direction::Out => button(&caller.words, "button-confirm-debit", Tap::ConfirmTopUp(id)),
    };
    let screen = Screen::new(text)
        .row(vec![yes, button(&caller.words, "button-drop", Tap::DropTopUp(id))])
        .only_for_actor();
    show(shop, caller, screen).await
}

/// *Yes*, by whoever asked or by the second person. Moves the money once, however often it is tapped.
pub async fn confirm(shop: &Shop, caller: &Caller<'_>, id: TopUpId) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let (badge, rules, now) = (caller.badge(), shop.settings.staff, shop.clock.now());
    let others = shop.chats_of_staff(Right::Credit, Some(caller.customer.id)).await?;
    let outcome = shop
        .store
        .write(move |tx| Box::pin(async move { decide(tx, &badge, id, rules, &others, now).await }))
        .await;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Undone::Poor) => Outcome::Poor,
        Err(Undone::Fault(fault)) => return Err(fault),
    };
    shop.wake();
    tell(shop, caller, outcome).await
}

/// Decides a top-up or debit that is open. The only way from a wish to money.
pub(super) async fn decide(
    tx: &mut WriteTx,
    badge: &Badge,
    id: TopUpId,
    rules: StaffRules,
    others: &[ChatRef],
    now: Timestamp,
) -> Result<Outcome, Undone> {
    let Some(authority) = tx.authorise(badge, Right::Credit).await? else {
        return Ok(Outcome::NotAllowed);
    };
    let Some(top_up) = tx.top_up(id).await? else { return Ok(Outcome::Stale) };
    let wish = &top_up.wish;
    let is_asker = wish
        .issuer
        .map_or(wish.asked_by == authority.actor(), |issuer| issuer == authority.customer());
    match top_up.state {
        TopUpState::Done if bug("top-up-posted-twice") => {}
        TopUpState::Done => return Ok(Outcome::Done(top_up)),
        TopUpState::Dropped => return Ok(Outcome::Settled),
        TopUpState::Asked | TopUpState::Seconding
            if now.since(top_up.asked_at) > CONFIRM_WITHIN =>
        {
            return Ok(Outcome::Stale);
        }
        TopUpState::Asked if !is_asker => return Ok(Outcome::Stale),
        TopUpState::Asked => {
            let is_much = rules.second_above.is_some_and(|most| wish.amount > most);
            if is_much && authority.role() != Role::Owner {
                if let Some(over) = over_limit(tx, &top_up, authority.role(), rules, now).await? {
                    return Ok(over);
                }
                if others.is_empty() {
                    return Ok(Outcome::NobodyElse);
                }
                tx.await_second(id, now).await?;
                for chat in others {
                    tx.tell(chat, &Notice::Second { top_up: id }, now).await?;
                }
                return Ok(Outcome::Seconding(top_up));
            }
            if let Some(over) = over_limit(tx, &top_up, authority.role(), rules, now).await? {
                return Ok(over);
            }
        }
        TopUpState::Seconding if is_asker => return Ok(Outcome::NeedsAnother),
        TopUpState::Seconding => {
            let asker = match wish.issuer {
                Some(issuer) => tx.granted_role(issuer).await?,
                None => None,
            };
            let Some(asker) = asker.filter(|role| role.may(Right::Credit)) else {
                return Ok(Outcome::AskerGone);
            };
            if let Some(over) = over_limit(tx, &top_up, asker, rules, now).await? {
                return Ok(over);
            }
            tell_asker(tx, &top_up, now).await?;
        }
    }
    carry_out(tx, &authority, &top_up, now).await?;
    Ok(Outcome::Done(top_up))
}

/// Whether whoever asked would issue more than they may in a day.
async fn over_limit(
    tx: &mut WriteTx,
    top_up: &TopUp,
    role: Role,
    rules: StaffRules,
    now: Timestamp,
) -> Result<Option<Outcome>, Undone> {
    let wish = &top_up.wish;
    let (Some(limit), Some(issuer)) = (rules.admin_per_day, wish.issuer) else { return Ok(None) };
    if role == Role::Owner || wish.direction == Direction::Out {
        return Ok(None);
    }
    let issued = tx.issued_since(issuer, now - A_DAY).await?;
    if issued.checked_add(wish.amount)? <= limit {
        return Ok(None);
    }
    let left = limit.checked_sub(issued)?.max(Money::ZERO);
    Ok(Some(Outcome::OverLimit { limit, left }))
}

/// Money, log and message, by somebody's authority.
async fn carry_out(
    tx: &mut WriteTx,
    by: &Authority,
    top_up: &TopUp,
    now: Timestamp,
) -> Result<(), Undone> {
    let (id, wish, actor) = (top_up.id, &top_up.wish, by.actor());
    tx.decide_top_up(id, &actor, true, now).await?;
    if let Some(pool) = wish.pool {
        return top_up_pool(tx, by, top_up, pool, now).await;
    }
    let before = ledger::in_wallet(tx, wish.customer).await?;
    let act = match wish.direction {
        Direction::In => {
            ledger::top_up(tx, id, wish.customer, wish.amount, &actor, now).await?;
            Act::TopUp
        }
        Direction::Out => {
            ledger::debit(tx, id, wish.customer, wish.amount, &actor, now).await?;
            Act::Debit
        }
    };
    let after = ledger::in_wallet(tx, wish.customer).await?;
    let deed = Deed {
        act,
        subject: Some(wish.customer),
        order: None,
        before: before.to_string(),
        after: after.to_string(),
        note: wish.note.clone(),
    };
    tx.log(by, &deed, now).await?;
    if let Some(chat) = tx.private_chat(wish.customer).await? {
        tx.tell(&chat, &Notice::Credited { top_up: id }, now).await?;
    }
    Ok(())
}

/// The same for a group's pool.
async fn top_up_pool(
    tx: &mut WriteTx,
    by: &Authority,
    top_up: &TopUp,
    pool: PoolId,
    now: Timestamp,
) -> Result<(), Undone> {
    let (pool, wish) = (tx.pool_now(pool).await?, &top_up.wish);
    let before = ledger::in_pool(tx, pool).await?;
    ledger::top_up_pool(tx, top_up.id, pool, wish.amount, &by.actor(), now).await?;
    let deed = Deed {
        act: Act::PoolTopUp,
        subject: None,
        order: None,
        before: format!("pool {pool}: {before}"),
        after: ledger::in_pool(tx, pool).await?.to_string(),
        note: wish.note.clone(),
    };
    tx.log(by, &deed, now).await?;
    Ok(())
}

async fn tell_asker(tx: &mut WriteTx, top_up: &TopUp, now: Timestamp) -> Result<(), StoreError> {
    let Some(issuer) = top_up.wish.issuer else { return Ok(()) };
    if let Some(chat) = tx.private_chat(issuer).await? {
        tx.tell(&chat, &Notice::Seconded { top_up: top_up.id }, now).await?;
    }
    Ok(())
}

/// *No*, by whoever asked, or by whoever was asked to agree.
pub async fn drop_it(shop: &Shop, caller: &Caller<'_>, id: TopUpId) -> Result<Reply, Fault> {
    let (badge, now) = (caller.badge(), shop.clock.now());
    let outcome = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Credit).await? else {
                    return Ok(Some(Outcome::NotAllowed));
                };
                let Some(top_up) = tx.top_up(id).await? else { return Ok(Some(Outcome::Stale)) };
                let actor = authority.actor();
                match top_up.state {
                    TopUpState::Asked if top_up.wish.asked_by != actor => {
                        return Ok(Some(Outcome::Stale));
                    }
                    TopUpState::Asked | TopUpState::Seconding => {}
                    TopUpState::Done | TopUpState::Dropped => return Ok(Some(Outcome::Settled)),
                }
                tx.decide_top_up(id, &actor, false, now).await?;
                if top_up.state == TopUpState::Seconding {
                    tell_asker(tx, &top_up, now).await?;
                }
                if let Some(deposit) = tx.decline_deposit_of(id, now).await?
                    && let Some(chat) = tx.private_chat(top_up.wish.customer).await?
                {
                    tx.tell(&chat, &Notice::DepositDeclined { deposit }, now).await?;
                }
                Ok::<_, StoreError>(None)
            })
        })
        .await?;
    shop.wake();
    if let Some(outcome) = outcome {
        return tell(shop, caller, outcome).await;
    }
    let screen = Screen::new(caller.words.spans("topup-dropped", &[])).only_for_actor();
    show(shop, caller, screen).await
}

#[cfg(test)]
mod tests;
