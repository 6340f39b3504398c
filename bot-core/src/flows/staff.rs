//! Who runs the shop beside its owners, and the log of what all of them did.

use super::{
    account::when,
    admin::{shown_name, whom},
    menu::menu_button,
    neighbours, not_allowed, say, show,
};
use crate::{
    action::Tap,
    ids::CustomerId,
    rights::{Right, Role},
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        audit_log::{Act, Deed, Entry},
        customers::Customer,
        outbox::Notice,
    },
    text::Words,
};

/// Entries of the log on a page.
const ENTRIES: u16 = 10;

/// How the log writes that somebody has no role.
const NO_ROLE: &str = "-";

/// `/grant @anna admin`.
pub async fn grant(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::Appoint) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (customer, rest) = match whom(shop, caller, &words, "grant-usage").await? {
        Ok(found) => found,
        Err(reply) => return Ok(reply),
    };
    let named = rest.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let Some(role) = Role::GRANTED.into_iter().find(|role| role.word() == named) else {
        return Ok(say(caller, "grant-usage", &[]));
    };
    appoint(shop, caller, &customer, Some(role)).await
}

/// `/revoke @anna`.
pub async fn revoke(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::Appoint) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    match whom(shop, caller, &words, "revoke-usage").await? {
        Ok((customer, _)) => appoint(shop, caller, &customer, None).await,
        Err(reply) => Ok(reply),
    }
}

async fn appoint(
    shop: &Shop,
    caller: &Caller<'_>,
    customer: &Customer,
    role: Option<Role>,
) -> Result<Reply, Fault> {
    let (badge, id, now) = (caller.badge(), customer.id, shop.clock.now());
    let word = |role: Option<Role>| role.map_or(NO_ROLE, Role::word).to_owned();
    let appointed = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Appoint).await? else {
                    return Ok(false);
                };
                let before = tx.granted_role(id).await?;
                if before == role {
                    return Ok(true);
                }
                tx.set_role(&authority, id, role, now).await?;
                let act = if role.is_some() { Act::Grant } else { Act::Revoke };
                let (before, after) = (word(before), word(role));
                let deed = Deed { act, subject: Some(id), order: None, before, after, note: None };
                tx.log(&authority, &deed, now).await?;
                if let Some(chat) = tx.private_chat(id).await? {
                    tx.tell(&chat, &Notice::Appointed { customer: id }, now).await?;
                }
                Ok::<_, Fault>(true)
            })
        })
        .await?;
    if !appointed {
        return Ok(not_allowed(caller));
    }
    shop.wake();
    let name = ("name", shown_name(customer).into());
    Ok(match role {
        Some(role) => say(caller, "grant-done", &[name, ("role", role.word().into())]),
        None => say(caller, "revoke-done", &[name]),
    })
}

/// `/staff`: everybody with a role.
pub async fn list(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    if !caller.may(Right::Appoint) {
        return Ok(not_allowed(caller));
    }
    let words = &caller.words;
    let mut text = words.spans("staff-title", &[]);
    let mut people = Vec::new();
    for owner in &shop.settings.owners {
        if let Some(customer) = shop.store.customer_by_identity(owner).await? {
            people.push((customer, Role::Owner));
        }
    }
    for staffer in shop.store.staff().await? {
        if let Some(customer) = shop.store.customer(staffer.customer).await? {
            people.push((customer, staffer.role));
        }
    }
    for (customer, role) in people {
        let args = [("name", shown_name(&customer).into()), ("role", role.word().into())];
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("staff-line", &args));
    }
    show(shop, caller, Screen::new(text).row(vec![menu_button(words)]).only_for_actor()).await
}

/// `/audit`, or `/audit @anna`.
pub async fn log_command(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::Log) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.is_empty() && caller.actor.reply_to.is_none() {
        return log(shop, caller, None, 0).await;
    }
    match whom(shop, caller, &words, "customer-usage").await? {
        Ok((customer, _)) => log(shop, caller, Some(customer.id), 0).await,
        Err(reply) => Ok(reply),
    }
}

/// A page of the log, newest first.
pub async fn log(
    shop: &Shop,
    caller: &Caller<'_>,
    of: Option<CustomerId>,
    page: u16,
) -> Result<Reply, Fault> {
    if !caller.may(Right::Log) {
        return Ok(not_allowed(caller));
    }
    let words = &caller.words;
    let (entries, more) = shop.store.audit_log(of, page, ENTRIES).await?;
    let id = if entries.is_empty() { "log-empty" } else { "log-title" };
    let mut text = words.spans(id, &[]);
    for entry in &entries {
        text.push(Span::Plain("\n\n".into()));
        text.extend(line(words, entry));
    }
    let pages = neighbours(words, page, more, |page| Tap::Log { of, page });
    let screen = Screen::new(text).row(pages).row(vec![menu_button(words)]);
    show(shop, caller, screen.only_for_actor()).await
}

fn line(words: &Words, entry: &Entry) -> Vec<Span> {
    let actor = entry.actor_name.as_ref().unwrap_or(&entry.actor);
    let mut line = words.spans(
        "log-line",
        &[
            ("when", when(entry.at).into()),
            ("actor", actor.as_str().into()),
            ("role", entry.role.as_str().into()),
            ("act", entry.act.as_str().into()),
            ("subject", entry.subject_name.as_deref().unwrap_or_default().into()),
            ("before", entry.before.as_str().into()),
            ("after", entry.after.as_str().into()),
        ],
    );
    let order = entry.order.map(|order| words.spans("log-order", &[("order", order.0.into())]));
    let note =
        entry.note.as_deref().map(|note| words.spans("topup-note", &[("note", note.into())]));
    for more in order.into_iter().chain(note) {
        line.push(Span::Plain(" · ".into()));
        line.extend(more);
    }
    line
}
