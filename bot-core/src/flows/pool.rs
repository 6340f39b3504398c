//! A group's shared purse: what is in it, who spent from it, and who may. Its parts: `give` (and top-ups), `pay` (from a
//! quote), `ask` (an administrator), `rules`, `group` (what happens to the group) and `leave` (what is left goes back).

use std::time::Duration;

use super::{button, say, show};
use crate::{
    action::{Cap, PoolTap, Tap},
    ledger,
    money::Money,
    picture::bars,
    pool::{Rules, Spenders},
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::pools::{Pool, Spent},
    text::{Arg, Words},
};

pub mod ask;
pub mod give;
pub mod group;
pub mod leave;
pub mod pay;
pub mod rules;

/// The time that a picture of who spent what covers.
const A_WEEK: Duration = Duration::from_hours(7 * 24);

/// Members that are shown by name, each with a colour of the picture.
const MEMBERS_SHOWN: usize = 6;
const COLOURS: [&str; MEMBERS_SHOWN] = ["🟦", "🟩", "🟧", "🟥", "🟪", "🟨"];

/// `/pool`, `/pool give 5`, `/pool topup 20`, `/pool role 123`.
pub async fn command(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    match words.as_slice() {
        [] => shown(shop, caller).await,
        ["give", amount @ ..] => give::ask(shop, caller, amount).await,
        ["topup", amount @ ..] => give::ask_top_up(shop, caller, amount).await,
        ["role", role] => rules::set_role(shop, caller, role).await,
        _ => Ok(say(caller, "pool-usage", &[])),
    }
}

pub async fn tapped(shop: &Shop, caller: &Caller<'_>, tap: PoolTap) -> Result<Reply, Fault> {
    match tap {
        PoolTap::Show => shown(shop, caller).await,
        PoolTap::Pay(quote) => pay::pay(shop, caller, quote).await,
        PoolTap::ConfirmGift(gift) => give::confirm(shop, caller, gift).await,
        PoolTap::DropGift(gift) => give::drop_it(shop, caller, gift).await,
        PoolTap::Rules => rules::show_rules(shop, caller).await,
        PoolTap::Spenders(choice) => rules::set_spenders(shop, caller, choice).await,
        PoolTap::Members { page } => rules::members(shop, caller, page).await,
        PoolTap::List { customer, is_listed } => {
            rules::set_listed(shop, caller, customer, is_listed).await
        }
        PoolTap::Caps(cap) => rules::caps(shop, caller, cap).await,
        PoolTap::SetCap { cap, amount } => rules::set_cap(shop, caller, cap, amount).await,
        PoolTap::Services { page } => rules::services(shop, caller, page).await,
        PoolTap::Allow { service, is_allowed } => {
            rules::set_allowed(shop, caller, service, is_allowed).await
        }
        PoolTap::ShowInGroup(shows) => rules::set_show_in_group(shop, caller, shows).await,
        PoolTap::Approve(request) => ask::decide(shop, caller, request, true).await,
        PoolTap::Decline(request) => ask::decide(shop, caller, request, false).await,
        PoolTap::AskReturn(pool) => leave::ask(shop, caller, pool).await,
        PoolTap::Return(pool) => leave::give_back(shop, caller, pool).await,
    }
}

/// The pool of the group that somebody speaks in, who is known there from now on. `Err` says that there is no group.
async fn here(shop: &Shop, caller: &Caller<'_>) -> Result<Result<Pool, Reply>, Fault> {
    let Some(group) = caller.actor.group.clone() else {
        return Ok(Err(say(caller, "pool-only-in-groups", &[])));
    };
    let (platform, now) = (caller.actor.identity.platform.clone(), shop.clock.now());
    let customer = caller.customer.id;
    let opened = shop.store.write(move |tx| {
        Box::pin(async move {
            let pool = tx.open_pool(&platform, &group, now).await?;
            tx.meet_at_pool(pool.id, customer, now).await?;
            Ok::<_, Fault>(pool)
        })
    });
    Ok(Ok(opened.await?))
}

pub(super) fn title(words: &Words, pool: &Pool) -> String {
    if pool.title.is_empty() { words.line("pool-this-group", &[]) } else { pool.title.clone() }
}

async fn shown(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let pool = match here(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let words = &caller.words;
    let balance = ledger::pool_balance(&shop.store, pool.id).await?;
    let args = [("group", title(words, &pool).into()), ("balance", balance.into())];
    let mut text = words.spans("pool-title", &args);
    if pool.is_frozen {
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("pool-is-frozen", &[]));
    }
    let services = shop.store.pool_services(pool.id).await?.len();
    text.push(Span::Plain("\n\n".into()));
    text.extend(rule_lines(words, &pool.rules, services));
    let spent = shop.store.spent_by_member(pool.id, shop.clock.now() - A_WEEK).await?;
    text.push(Span::Plain("\n\n".into()));
    text.extend(spent_lines(words, &spent));
    text.push(Span::Plain("\n\n".into()));
    text.extend(words.spans("pool-how", &[]));
    let may_return = caller.may(Right::Credit) && balance.is_positive();
    let back = may_return
        .then(|| button(words, "button-pool-return", Tap::Pool(PoolTap::AskReturn(pool.id))));
    let mut screen = Screen::new(text)
        .row(vec![button(words, "button-pool-rules", Tap::Pool(PoolTap::Rules))])
        .row(back.into_iter().collect());
    let amounts: Vec<Money> = spent.iter().take(MEMBERS_SHOWN).map(|it| it.amount).collect();
    if !amounts.is_empty() {
        match bars(&amounts) {
            Ok(picture) => screen = screen.with_picture(picture),
            Err(error) => {
                tracing::error!(%error, pool = %pool.id, "what was spent makes no picture");
            }
        }
    }
    show(shop, caller, screen).await
}

/// The rules, one a line.
fn rule_lines(words: &Words, rules: &Rules, services: usize) -> Vec<Span> {
    let spenders = match &rules.spenders {
        Spenders::Everyone => words.line("pool-spenders-everyone", &[]),
        Spenders::Listed => words.line("pool-spenders-listed", &[]),
        Spenders::Role(_) => words.line("pool-spenders-role", &[]),
        Spenders::Administrators => words.line("pool-spenders-administrators", &[]),
    };
    let services = match services {
        0 => words.line("pool-services-all", &[]),
        some => {
            let count = i64::try_from(some).unwrap_or(i64::MAX);
            words.line("pool-services-some", &[("count", count.into())])
        }
    };
    let shows = if rules.show_in_group { "pool-shows" } else { "pool-hides" };
    let limits = Cap::ALL.map(|cap| cap_line(words, rules, cap));
    let lines = [spenders].into_iter().chain(limits).chain([services, words.line(shows, &[])]);
    vec![Span::Plain(lines.collect::<Vec<_>>().join("\n"))]
}

fn cap_line(words: &Words, rules: &Rules, cap: Cap) -> String {
    let most = match cap {
        Cap::PerOrder => rules.per_order,
        Cap::PerMember => rules.per_member,
        Cap::PerDay => rules.per_day,
        Cap::Approval => rules.approve_above,
    };
    let most: Arg = match most {
        Some(most) => most.into(),
        None => words.line("pool-no-limit", &[]).into(),
    };
    let args = [("most", most)];
    match cap {
        Cap::PerOrder => words.line("pool-cap-order", &args),
        Cap::PerMember => words.line("pool-cap-member", &args),
        Cap::PerDay => words.line("pool-cap-day", &args),
        Cap::Approval => words.line("pool-cap-approval", &args),
    }
}

/// Who spent what, in the colours of the picture.
fn spent_lines(words: &Words, spent: &[Spent]) -> Vec<Span> {
    if spent.is_empty() {
        return words.spans("pool-spent-nothing", &[]);
    }
    let mut text = words.spans("pool-spent", &[]);
    for (member, colour) in spent.iter().zip(COLOURS) {
        let args = [
            ("colour", colour.into()),
            ("name", member.name.as_str().into()),
            ("amount", member.amount.into()),
            ("orders", i64::from(member.orders).into()),
        ];
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("pool-spent-line", &args));
    }
    text
}

#[cfg(test)]
mod tests;
