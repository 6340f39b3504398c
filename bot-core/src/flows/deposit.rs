//! Money that a shop takes by hand: how to pay, a customer's word that they have, and an admin's answer.

use super::{
    admin::shown_name,
    alert,
    amount::{bad_amount, read_amount},
    credit::{LONGEST_NOTE, Outcome, Undone, decide, tell},
    menu::{menu_button, stale_button},
    not_allowed,
    quote::owners,
    say, show,
};
use crate::{
    ids::DepositId,
    money::Money,
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError,
        audit_log::{Act, Deed},
        deposits::DepositState,
        outbox::Notice,
        top_ups::{Direction, Wish},
    },
};

/// Requests of one customer that may be open at once.
const MOST_OPEN: u32 = 3;

/// Why an approval was undone.
enum NotApproved {
    Refused(Outcome),
    Undone(Undone),
}

impl From<Undone> for NotApproved {
    fn from(undone: Undone) -> Self {
        Self::Undone(undone)
    }
}

impl From<StoreError> for NotApproved {
    fn from(error: StoreError) -> Self {
        Self::Undone(error.into())
    }
}

/// `/deposit` tells how to pay; `/deposit 20 from Anna` says that it is done.
pub async fn deposit(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Some(instructions) = &shop.settings.deposit else {
        let owners = owners(shop).await?;
        if owners.is_empty() {
            return Ok(say(caller, "deposit-none-alone", &[]));
        }
        return Ok(say(caller, "deposit-none", &[("owners", owners.join(", ").into())]));
    };
    let Some((amount, note)) = words.split_first() else {
        let mut text = vec![Span::Plain(format!("{instructions}\n\n"))];
        text.extend(caller.words.spans("deposit-how", &[]));
        let screen = Screen::new(text).row(vec![menu_button(&caller.words)]).only_for_actor();
        return show(shop, caller, screen).await;
    };
    let amount = match read_amount(amount, note) {
        Ok(amount) => amount,
        Err((error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    let note: String = note.join(" ").chars().take(LONGEST_NOTE).collect();
    let (customer, now) = (caller.customer.id, shop.clock.now());
    let admins = shop.chats_of_staff(Right::Credit, None).await?;
    let asked = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let note = Some(note.as_str()).filter(|note| !note.is_empty());
                let asked = tx.ask_deposit(customer, amount, note, MOST_OPEN, now).await?;
                if let Some(id) = asked {
                    for chat in &admins {
                        tx.tell(chat, &Notice::Deposit { deposit: id }, now).await?;
                    }
                }
                Ok::<_, Fault>(asked)
            })
        })
        .await?;
    shop.wake();
    Ok(match asked {
        Some(id) => say(caller, "deposit-asked", &[("id", id.0.into()), ("amount", amount.into())]),
        None => say(caller, "deposit-too-many", &[]),
    })
}

/// `/approve 12 18.50`: another amount than the customer said.
pub async fn approve_command(
    shop: &Shop,
    caller: &Caller<'_>,
    typed: &str,
) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (id, amount) = match words.as_slice() {
        [id] => (id, None),
        [id, amount, rest @ ..] => (id, Some((*amount, rest))),
        [] => return Ok(say(caller, "approve-usage", &[])),
    };
    let Ok(id) = id.trim_start_matches('#').parse().map(DepositId) else {
        return Ok(say(caller, "approve-usage", &[]));
    };
    let amount = match amount.map(|(amount, rest)| read_amount(amount, rest)).transpose() {
        Ok(amount) => amount,
        Err((error, typed)) => return Ok(bad_amount(caller, &typed, error)),
    };
    approve(shop, caller, id, amount).await
}

/// *Approve*: a top-up of its own, under the same rules as any other. Once, however many admins tap.
pub async fn approve(
    shop: &Shop,
    caller: &Caller<'_>,
    id: DepositId,
    amount: Option<Money>,
) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let note = caller.words.line("deposit-note", &[("id", id.0.into())]);
    let (badge, rules, now) = (caller.badge(), shop.settings.staff, shop.clock.now());
    let others = shop.chats_of_staff(Right::Credit, Some(caller.customer.id)).await?;
    let approved = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(deposit) = tx.deposit(id).await? else {
                    return Err(NotApproved::Refused(Outcome::Stale));
                };
                if deposit.state != DepositState::Open {
                    return Err(NotApproved::Refused(Outcome::Settled));
                }
                let wish = Wish {
                    direction: Direction::In,
                    customer: deposit.customer,
                    pool: None,
                    amount: amount.unwrap_or(deposit.amount),
                    note: Some(note),
                    asked_by: badge.identity.to_string(),
                    issuer: Some(badge.customer),
                };
                let top_up = tx.ask_top_up(&wish, now).await?;
                let outcome = decide(tx, &badge, top_up, rules, &others, now).await?;
                match outcome {
                    Outcome::Done(_) | Outcome::Seconding(_) => {
                        tx.decide_deposit(id, &wish.asked_by, Some(top_up), now).await?;
                        Ok(outcome)
                    }
                    refused => Err(NotApproved::Refused(refused)),
                }
            })
        })
        .await;
    let outcome = match approved {
        Ok(outcome) | Err(NotApproved::Refused(outcome)) => outcome,
        Err(NotApproved::Undone(Undone::Poor)) => Outcome::Poor,
        Err(NotApproved::Undone(Undone::Fault(fault))) => return Err(fault),
    };
    shop.wake();
    tell(shop, caller, outcome).await
}

/// *Decline*: nothing moves, and the customer is told.
pub async fn decline(shop: &Shop, caller: &Caller<'_>, id: DepositId) -> Result<Reply, Fault> {
    let (badge, now) = (caller.badge(), shop.clock.now());
    let declined = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Credit).await? else {
                    return Ok(Some(Outcome::NotAllowed));
                };
                let Some(deposit) = tx.deposit(id).await? else { return Ok(Some(Outcome::Stale)) };
                if !tx.decide_deposit(id, &authority.actor(), None, now).await? {
                    return Ok(Some(Outcome::Settled));
                }
                let deed = Deed {
                    act: Act::DepositDeclined,
                    subject: Some(deposit.customer),
                    order: None,
                    before: format!("#{id}: {}", deposit.amount),
                    after: "-".to_owned(),
                    note: deposit.note,
                };
                tx.log(&authority, &deed, now).await?;
                if let Some(chat) = tx.private_chat(deposit.customer).await? {
                    tx.tell(&chat, &Notice::DepositDeclined { deposit: id }, now).await?;
                }
                Ok::<_, Fault>(None)
            })
        })
        .await?;
    shop.wake();
    match declined {
        Some(Outcome::Settled) => Ok(alert(caller.words.line("deposit-settled", &[]))),
        Some(Outcome::NotAllowed) => Ok(not_allowed(caller)),
        Some(_) => Ok(stale_button(caller)),
        None => {
            let deposit = shop.store.deposit(id).await?;
            let customer = match &deposit {
                Some(deposit) => shop.store.customer(deposit.customer).await?,
                None => None,
            };
            let name = customer.as_ref().map(shown_name).unwrap_or_default();
            let text = caller.words.spans("deposit-declined", &[("name", name.into())]);
            show(shop, caller, Screen::new(text).only_for_actor()).await
        }
    }
}

#[cfg(test)]
mod tests;
