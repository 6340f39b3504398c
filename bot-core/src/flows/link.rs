//! One person on two platforms: a code from one place, typed in the other, makes one customer of both. Whoever may move money undoes it.
//!
//! A followed by B: a code is typed twice, or by many at once: the first joins, the others are told. The program dies
//! after the commit and the line is handled again: the same. A purchase of the customer that was just merged finds an empty
//! wallet. What is held for their open orders comes back to the shared wallet.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{alert, button, menu::menu_button, not_allowed, show};
use crate::{
    action::{ChatKind, JoinCode, Tap},
    clock::Timestamp,
    ids::{CustomerId, Identity, LinkId},
    ledger,
    money::Money,
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        WriteTx,
        audit_log::{Act, Deed},
        customers::Customer,
        links::{CodeHash, Link},
        outbox::Notice,
        staff::Authority,
    },
    text::Arg,
};

/// How long a code can be used.
const LIFETIME: Duration = Duration::from_mins(10);

/// So many wrong codes in a row, and a person waits until so long after the first of them.
const TRIES: (u32, Duration) = (5, Duration::from_hours(1));

fn hash(code: JoinCode) -> CodeHash {
    let digest = Sha256::digest(format!("link code {}", code.number()));
    CodeHash(hex::encode(digest))
}

/// Whether a code is only looked at or used.
#[derive(Clone, Copy)]
enum Step {
    Look,
    Use,
}

/// What came of a typed code.
enum Joined {
    Asked {
        /// Who made the code.
        other: Customer,
        /// What the person who typed it has.
        balance: Money,
        /// Who becomes part of the other, and so loses a credit line.
        joined: CustomerId,
    },
    Now(Link),
    /// This code, or another, has joined these two before.
    Already,
    /// So many tries are left.
    Wrong(u32),
    /// Too many were wrong; until then.
    Wait(Timestamp),
    /// The code was typed where it was made.
    SamePlace,
    /// The account that would join owes the shop money.
    Owes,
    /// One of them holds a role, which would go to the other.
    Staff,
    /// Both are somebody on this platform already.
    SamePlatform,
}

/// `/link` gives a code, `/link CODE` asks whether to use one.
pub async fn link(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if typed.is_empty() {
        return give_code(shop, caller).await;
    }
    let Some(code) = JoinCode::read(typed) else {
        return say(shop, caller, "link-no-code", &[]).await;
    };
    if caller.actor.chat_kind == ChatKind::Group {
        let hash = hash(code);
        shop.store
            .write(move |tx| Box::pin(async move { tx.forget_link_code(&hash).await }))
            .await?;
        return say(shop, caller, "link-public", &[]).await;
    }
    try_code(shop, caller, code, Step::Look).await
}

/// *Yes, join them.*
pub async fn join(shop: &Shop, caller: &Caller<'_>, code: JoinCode) -> Result<Reply, Fault> {
    try_code(shop, caller, code, Step::Use).await
}

async fn try_code(
    shop: &Shop,
    caller: &Caller<'_>,
    code: JoinCode,
    step: Step,
) -> Result<Reply, Fault> {
    let (hash, me, now) = (hash(code), caller.actor.identity.clone(), shop.clock.now());
    let joined = shop
        .store
        .write(move |tx| Box::pin(async move { match_up(tx, &me, &hash, step, now).await }))
        .await?;
    match joined {
        Joined::Asked { other, balance, joined } => {
            show(shop, caller, ask(shop, caller, code, (&other, balance, joined)).await?).await
        }
        Joined::Now(link) => {
            shop.wake();
            let balance = ledger::balance(&shop.store, link.kept).await?.free;
            say(shop, caller, "link-done", &[("balance", balance.into())]).await
        }
        Joined::Already => say(shop, caller, "link-already", &[]).await,
        Joined::Wrong(left) => {
            say(shop, caller, "link-wrong", &[("left", i64::from(left).into())]).await
        }
        Joined::Wait(until) => {
            say(shop, caller, "link-wait", &[("left", until.since(now).into())]).await
        }
        Joined::SamePlace => say(shop, caller, "link-same-place", &[]).await,
        Joined::Staff => say(shop, caller, "link-staff", &[]).await,
        Joined::Owes => say(shop, caller, "link-owes", &[]).await,
        Joined::SamePlatform => say(shop, caller, "link-same-platform", &[]).await,
    }
}

/// *Join these?*
async fn ask(
    shop: &Shop,
    caller: &Caller<'_>,
    code: JoinCode,
    (other, balance, joined): (&Customer, Money, CustomerId),
) -> Result<Screen, Fault> {
    let words = &caller.words;
    let args = [
        ("name", other.name.as_str().into()),
        ("identity", other.identity.to_string().into()),
        ("balance", balance.into()),
    ];
    let mut text = words.spans("link-confirm", &args);
    let line = ledger::balance(&shop.store, joined).await?.line;
    if line > Money::ZERO {
        let whose = if joined == other.id { &other.identity } else { &caller.actor.identity };
        let args = [("line", line.into()), ("identity", whose.to_string().into())];
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("link-line-ends", &args));
    }
    let buttons = vec![button(words, "button-link-yes", Tap::Join(code)), menu_button(words)];
    Ok(Screen::new(text).row(buttons).only_for_actor())
}

async fn say(
    shop: &Shop,
    caller: &Caller<'_>,
    id: &'static str,
    args: &[(&'static str, Arg)],
) -> Result<Reply, Fault> {
    let screen = Screen::new(caller.words.spans(id, args));
    show(shop, caller, screen.row(vec![menu_button(&caller.words)]).only_for_actor()).await
}

async fn give_code(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let code = JoinCode::new(&shop.settings.random);
    let (hash, me) = (hash(code), caller.actor.identity.clone());
    let until = shop.clock.now() + LIFETIME;
    shop.store
        .write(move |tx| Box::pin(async move { tx.set_link_code(&me, &hash, until).await }))
        .await?;
    let args = [("code", code.shown().into()), ("left", LIFETIME.into())];
    say(shop, caller, "link-code", &args).await
}

/// Finds whom a code joins with the person who typed it and, when they are sure, joins them, all in one commit.
async fn match_up(
    tx: &mut WriteTx,
    me: &Identity,
    hash: &CodeHash,
    step: Step,
    now: Timestamp,
) -> Result<Joined, Fault> {
    if let Some(until) = tx.link_wait(me, TRIES, now).await? {
        return Ok(Joined::Wait(until));
    }
    let code = tx.link_code(hash, now).await?;
    let known = match &code {
        Some(code) => tx.known(&code.issuer).await?.zip(tx.known(me).await?),
        None => None,
    };
    let (Some(code), Some((other, own))) = (code, known) else {
        let tries = tx.count_link_try(me, TRIES.1, now).await?;
        return Ok(Joined::Wrong(TRIES.0.saturating_sub(tries)));
    };
    if other.identity == own.identity {
        return Ok(Joined::SamePlace);
    }
    if other.id == own.id {
        return Ok(Joined::Already);
    }
    if code.used.is_some() {
        let tries = tx.count_link_try(me, TRIES.1, now).await?;
        return Ok(Joined::Wrong(TRIES.0.saturating_sub(tries)));
    }
    let (theirs, mine) = (tx.people(other.id).await?, tx.people(own.id).await?);
    let platform = |person: &Customer| person.identity.platform.clone();
    let is_double = |one: &Customer| theirs.iter().any(|it| platform(it) == platform(one));
    if mine.iter().any(is_double) {
        return Ok(Joined::SamePlatform);
    }
    // Who is on one platform alone joins the other. Both being on two of two would have been refused.
    let (kept, joined) = if mine.len() == 1 { (&other, &own) } else { (&own, &other) };
    if tx.granted_role(kept.id).await?.or(tx.granted_role(joined.id).await?).is_some() {
        return Ok(Joined::Staff);
    }
    let brought = ledger::in_wallet(tx, joined.id).await?;
    if brought < Money::ZERO {
        return Ok(Joined::Owes);
    }
    match step {
        Step::Look => {
            let balance = ledger::in_wallet(tx, own.id).await?;
            let joined = joined.id;
            Ok(Joined::Asked { other, balance, joined })
        }
        Step::Use => {
            let link = merge(tx, (kept, joined), brought, me, now).await?;
            tx.use_link_code(hash, link.id).await?;
            tx.tell(&other.private_chat, &Notice::Linked { link: link.id }, now).await?;
            Ok(Joined::Now(link))
        }
    }
}

async fn merge(
    tx: &mut WriteTx,
    (kept, joined): (&Customer, &Customer),
    brought: Money,
    by: &Identity,
    now: Timestamp,
) -> Result<Link, Fault> {
    let id = tx.add_link((kept.id, joined.id), &joined.identity, brought, now).await?;
    ledger::link(tx, id, (joined.id, kept.id), brought, &by.to_string(), now).await?;
    Ok(Link {
        id,
        kept: kept.id,
        joined: joined.id,
        identity: joined.identity.clone(),
        brought,
        returned: None,
    })
}

/// *Undo the link.* Says what becomes of the money, and asks.
pub async fn ask_undo(shop: &Shop, caller: &Caller<'_>, id: LinkId) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let standing = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(link) = tx.standing_link(id).await? else { return Ok(None) };
                let returned = returned(tx, &link).await?;
                Ok::<_, Fault>(Some((link, returned)))
            })
        })
        .await?;
    let Some((link, returned)) = standing else {
        return Ok(alert(caller.words.line("unlink-already", &[])));
    };
    let text = caller.words.spans("unlink-confirm", &undo_args(shop, &link, returned).await?);
    let words = &caller.words;
    let screen = Screen::new(text).row(vec![
        button(words, "button-unlink-yes", Tap::Unlink(id)),
        button(words, "button-back", Tap::Customer(link.kept)),
    ]);
    show(shop, caller, screen.only_for_actor()).await
}

/// What came of undoing a link.
enum Undone {
    /// With what went back.
    Now(Link, Money),
    Already,
    NotAllowed,
}

/// *Yes, undo it.* Once, however often it is tapped.
pub async fn undo(shop: &Shop, caller: &Caller<'_>, id: LinkId) -> Result<Reply, Fault> {
    if !caller.may(Right::Credit) {
        return Ok(not_allowed(caller));
    }
    let (badge, now) = (caller.badge(), shop.clock.now());
    let undone = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::Credit).await? else {
                    return Ok(Undone::NotAllowed);
                };
                part(tx, id, &authority, now).await
            })
        })
        .await?;
    let (link, returned) = match undone {
        Undone::Now(link, returned) => (link, returned),
        Undone::Already => return Ok(alert(caller.words.line("unlink-already", &[]))),
        Undone::NotAllowed => return Ok(not_allowed(caller)),
    };
    shop.wake();
    let text = caller.words.spans("unlink-done", &undo_args(shop, &link, returned).await?);
    let back = button(&caller.words, "button-back", Tap::Customer(link.kept));
    show(shop, caller, Screen::new(text).row(vec![back]).only_for_actor()).await
}

async fn undo_args(
    shop: &Shop,
    link: &Link,
    returned: Money,
) -> Result<[(&'static str, Arg); 4], Fault> {
    let joined = shop.store.customer_by_identity(&link.identity).await?;
    let name = joined.map(|joined| joined.name).unwrap_or_default();
    Ok([
        ("name", name.into()),
        ("identity", link.identity.to_string().into()),
        ("brought", link.brought.into()),
        ("returned", returned.into()),
    ])
}

/// What goes back when a link is undone: all that came along, or what is left.
async fn returned(tx: &mut WriteTx, link: &Link) -> Result<Money, Fault> {
    let came = link.brought.checked_add(tx.came_back_since(link).await?)?;
    let left = ledger::in_wallet(tx, link.kept).await?;
    Ok(came.min(left).max(Money::ZERO))
}

async fn part(
    tx: &mut WriteTx,
    id: LinkId,
    by: &Authority,
    now: Timestamp,
) -> Result<Undone, Fault> {
    let Some(link) = tx.standing_link(id).await? else { return Ok(Undone::Already) };
    let (returned, actor) = (returned(tx, &link).await?, by.actor());
    let people = tx.people(link.kept).await?;
    let before = ledger::in_wallet(tx, link.kept).await?;
    tx.undo_link(&link, returned, &actor, now).await?;
    ledger::unlink(tx, id, (link.kept, link.joined), returned, &actor, now).await?;
    let deed = Deed {
        act: Act::Unlink,
        subject: Some(link.kept),
        order: None,
        before: before.to_string(),
        after: ledger::in_wallet(tx, link.kept).await?.to_string(),
        note: Some(link.identity.to_string()),
    };
    tx.log(by, &deed, now).await?;
    for person in people {
        tx.tell(&person.private_chat, &Notice::Unlinked { link: id }, now).await?;
    }
    Ok(Undone::Now(link, returned))
}
