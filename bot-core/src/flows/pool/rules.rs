//! The rules of a pool, which the group's own administrators set by buttons.

use super::{cap_line, here, rule_lines, title};
use crate::{
    action::{Cap, PoolTap, SpendersChoice, Tap},
    flows::{alert, button, page_of, say, show},
    ids::{CustomerId, ServiceId},
    money::Money,
    pool::{Rules, Spenders},
    screen::{Button, Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{WriteTx, pools::Pool},
    text::Words,
};

/// What a limit can be set to by a button, in ten-thousandths. Zero is none.
const CAPS: [i64; 9] = [0, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000];

/// The group's pool, for one of its administrators. `Err` is what anybody else is told.
async fn ruled(shop: &Shop, caller: &Caller<'_>) -> Result<Result<Pool, Reply>, Fault> {
    let pool = match here(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(Err(reply)),
    };
    Ok(match shop.standing(caller.actor, &pool).await {
        Some(standing) if standing.is_member && standing.is_administrator => Ok(pool),
        Some(_) => Err(alert(caller.words.line("pool-administrators-only", &[]))),
        None => Err(alert(caller.words.line("pool-standing-unknown", &[]))),
    })
}

/// The rules with a button to each.
pub async fn show_rules(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    match ruled(shop, caller).await? {
        Ok(pool) => menu(shop, caller, &pool).await,
        Err(reply) => Ok(reply),
    }
}

async fn menu(shop: &Shop, caller: &Caller<'_>, pool: &Pool) -> Result<Reply, Fault> {
    let words = &caller.words;
    let services = shop.store.pool_services(pool.id).await?.len();
    let mut text = words.spans("pool-rules-title", &[("group", title(words, pool).into())]);
    text.extend(rule_lines(words, &pool.rules, services));
    let tap = |id, tap| button(words, id, Tap::Pool(tap));
    let cap = |cap| Button::tap(cap_line(words, &pool.rules, cap), Tap::Pool(PoolTap::Caps(cap)));
    let shows = pool.rules.show_in_group;
    let show_id = if shows { "button-pool-hide" } else { "button-pool-show" };
    let screen = Screen::new(text)
        .row(vec![
            tap("button-pool-everyone", PoolTap::Spenders(SpendersChoice::Everyone)),
            tap("button-pool-administrators", PoolTap::Spenders(SpendersChoice::Administrators)),
            tap("button-pool-listed", PoolTap::Members { page: 0 }),
        ])
        .row(vec![cap(Cap::PerOrder)])
        .row(vec![cap(Cap::PerMember)])
        .row(vec![cap(Cap::PerDay)])
        .row(vec![cap(Cap::Approval)])
        .row(vec![
            tap("button-pool-services", PoolTap::Services { page: 0 }),
            tap(show_id, PoolTap::ShowInGroup(!shows)),
        ])
        .row(vec![tap("button-pool", PoolTap::Show)]);
    show(shop, caller, screen).await
}

/// Changes the rules by one deed of an administrator's, and shows them.
async fn change(
    shop: &Shop,
    caller: &Caller<'_>,
    change: impl FnOnce(&mut Rules) + Send + 'static,
) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let id = pool.id;
    let changed = shop.store.write(move |tx: &mut WriteTx| {
        Box::pin(async move {
            let Some(mut pool) = tx.pool(id).await? else { return Ok(None) };
            change(&mut pool.rules);
            tx.set_pool_rules(pool.id, &pool.rules).await?;
            Ok::<_, Fault>(Some(pool))
        })
    });
    let pool = changed.await?.unwrap_or(pool);
    menu(shop, caller, &pool).await
}

pub async fn set_spenders(
    shop: &Shop,
    caller: &Caller<'_>,
    choice: SpendersChoice,
) -> Result<Reply, Fault> {
    let spenders = match choice {
        SpendersChoice::Everyone => Spenders::Everyone,
        SpendersChoice::Listed => Spenders::Listed,
        SpendersChoice::Administrators => Spenders::Administrators,
    };
    change(shop, caller, |rules| rules.spenders = spenders).await
}

/// `/pool role 123`: those who have a role may spend, where the platform has roles.
pub async fn set_role(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    let has_roles = caller.actor.group.as_ref().is_some_and(|group| group.standing.is_some());
    let role: String = typed.chars().filter(char::is_ascii_digit).take(20).collect();
    if !has_roles || role.is_empty() {
        return Ok(say(caller, "pool-usage", &[]));
    }
    change(shop, caller, |rules| rules.spenders = Spenders::Role(role)).await
}

pub async fn set_show_in_group(
    shop: &Shop,
    caller: &Caller<'_>,
    shows: bool,
) -> Result<Reply, Fault> {
    change(shop, caller, move |rules| rules.show_in_group = shows).await
}

/// What a limit may be.
pub async fn caps(shop: &Shop, caller: &Caller<'_>, cap: Cap) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let words = &caller.words;
    let label = |amount: Money| match amount {
        Money::ZERO => words.line("pool-no-limit", &[]),
        amount => words.line("button-pool-cap", &[("amount", amount.into())]),
    };
    let buttons: Vec<Button> = CAPS
        .map(Money::from_raw)
        .map(|amount| Button::tap(label(amount), Tap::Pool(PoolTap::SetCap { cap, amount })))
        .into();
    let text = words.spans("pool-cap-title", &[("rule", cap_line(words, &pool.rules, cap).into())]);
    let screen = buttons
        .chunks(3)
        .fold(Screen::new(text), |screen, row| screen.row(row.to_vec()))
        .row(vec![back(words)]);
    show(shop, caller, screen).await
}

pub async fn set_cap(
    shop: &Shop,
    caller: &Caller<'_>,
    cap: Cap,
    amount: Money,
) -> Result<Reply, Fault> {
    let most = Some(amount).filter(|amount| amount.is_positive());
    change(shop, caller, move |rules| match cap {
        Cap::PerOrder => rules.per_order = most,
        Cap::PerMember => rules.per_member = most,
        Cap::PerDay => rules.per_day = most,
        Cap::Approval => rules.approve_above = most,
    })
    .await
}

/// Those who were seen here, each with a tick if they may spend.
pub async fn members(shop: &Shop, caller: &Caller<'_>, page: u16) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let words = &caller.words;
    let all = shop.store.pool_members(pool.id).await?;
    let to = |page| Tap::Pool(PoolTap::Members { page });
    let (shown, neighbours) = page_of(words, &all, page, to);
    let mut screen = Screen::new(words.spans("pool-members-title", &[]));
    for member in shown {
        let (customer, is_listed) = (member.customer, !member.is_listed);
        let label = ticked(words, member.is_listed, member.name);
        let tap = PoolTap::List { customer, is_listed };
        screen = screen.row(vec![Button::tap(label, Tap::Pool(tap))]);
    }
    show(shop, caller, screen.row(neighbours).row(vec![back(words)])).await
}

/// Puts somebody on the list, or takes them off. From then on the list is what counts.
pub async fn set_listed(
    shop: &Shop,
    caller: &Caller<'_>,
    customer: CustomerId,
    is_listed: bool,
) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let rules = Rules { spenders: Spenders::Listed, ..pool.rules };
    let listed = shop.store.write(move |tx| {
        Box::pin(async move {
            tx.set_listed(pool.id, customer, is_listed).await?;
            tx.set_pool_rules(pool.id, &rules).await
        })
    });
    listed.await?;
    members(shop, caller, 0).await
}

/// Every service, each with a tick if it may be bought.
pub async fn services(shop: &Shop, caller: &Caller<'_>, page: u16) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    let words = &caller.words;
    let allowed = shop.store.pool_services(pool.id).await?;
    // Those that are ticked come first, so that they are found again among hundreds.
    let mut all = crate::search::find_services(&shop.catalog, "");
    all.sort_by_key(|id| !allowed.contains(id));
    let to = |page| Tap::Pool(PoolTap::Services { page });
    let (shown, neighbours) = page_of(words, &all, page, to);
    let text = if allowed.is_empty() { "pool-services-any" } else { "pool-services-title" };
    let mut screen = Screen::new(words.spans(text, &[]));
    for service in shown {
        let Some(known) = shop.catalog.service(service) else { continue };
        let is_allowed = allowed.contains(&service);
        let label = ticked(words, is_allowed, known.name.to_string());
        let tap = PoolTap::Allow { service, is_allowed: !is_allowed };
        screen = screen.row(vec![Button::tap(label, Tap::Pool(tap))]);
    }
    show(shop, caller, screen.row(neighbours).row(vec![back(words)])).await
}

pub async fn set_allowed(
    shop: &Shop,
    caller: &Caller<'_>,
    service: ServiceId,
    is_allowed: bool,
) -> Result<Reply, Fault> {
    let pool = match ruled(shop, caller).await? {
        Ok(pool) => pool,
        Err(reply) => return Ok(reply),
    };
    if shop.catalog.service(service).is_none() {
        return Ok(crate::flows::menu::stale_button(caller));
    }
    let allowed = shop.store.write(move |tx| {
        Box::pin(async move { tx.set_allowed(pool.id, service, is_allowed).await })
    });
    allowed.await?;
    services(shop, caller, 0).await
}

fn ticked(words: &Words, is_ticked: bool, name: String) -> String {
    let mark = if is_ticked { "✅" } else { "◻️" };
    words.line("button-pool-ticked", &[("mark", mark.into()), ("name", name.into())])
}

fn back(words: &Words) -> Button {
    button(words, "button-back", Tap::Pool(PoolTap::Rules))
}
