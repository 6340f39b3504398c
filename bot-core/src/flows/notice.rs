//! What an outbox message says, made when it is sent, from what is true then.

use super::{button, card, menu::menu_button};
use crate::{
    action::{PoolTap, Tap},
    ids::{LinkId, MessageRef, OrderId, SmsId},
    ledger,
    messenger::Urgency,
    order::State,
    picture::qr_code,
    screen::{Button, Screen},
    shop::{Fault, Shop},
    store::{
        customers::Customer,
        outbox::{Alert, Notice, Outgoing},
    },
    text::Words,
    worker::remind,
};

mod money;
mod pool;

/// A message ready to go.
pub struct Ready {
    pub screen: Screen,
    pub urgency: Urgency,
    /// The order whose card this is, and the message to edit where there is one.
    pub card: Option<(OrderId, Option<MessageRef>)>,
}

impl Ready {
    fn new(screen: Screen, urgency: Urgency) -> Self {
        Self { screen, urgency, card: None }
    }
}

/// `None` when there is nothing to say any more.
pub async fn render(shop: &Shop, outgoing: &Outgoing) -> Result<Option<Ready>, Fault> {
    let words = shop.texts.language(shop.store.language_of(&outgoing.chat).await?.as_deref());
    let Some(notice) = &outgoing.notice else {
        tracing::error!(outbox = %outgoing.id, "a message that this version cannot read is left out");
        return Ok(None);
    };
    match notice {
        Notice::Sms { order, sms } => sms_screen(shop, &words, *order, *sms).await,
        Notice::Card { order: id } => {
            let Some(order) = shop.store.order(*id).await? else { return Ok(None) };
            let screen = card::render(shop, &words, &order).await?;
            let message = shop.store.card(*id).await?;
            Ok(Some(Ready { screen, urgency: Urgency::Now, card: Some((*id, message)) }))
        }
        Notice::Esim { order } => esim_screen(shop, &words, *order).await,
        Notice::RentalEnds { order } => rental_ends_screen(shop, &words, *order).await,
        Notice::Credited { top_up } => money::credited_screen(shop, &words, *top_up).await,
        Notice::Second { top_up } => money::second_screen(shop, &words, *top_up).await,
        Notice::Appointed { customer } => money::appointed_screen(shop, &words, *customer).await,
        Notice::Deposit { deposit } => money::deposit_screen(shop, &words, *deposit).await,
        Notice::DepositDeclined { deposit } => money::declined_screen(shop, &words, *deposit).await,
        Notice::Seconded { top_up } => money::seconded_screen(shop, &words, *top_up).await,
        Notice::Linked { link } => link_screen(shop, &words, outgoing, *link, "link-told").await,
        Notice::Unlinked { link } => {
            link_screen(shop, &words, outgoing, *link, "unlink-told").await
        }
        Notice::PoolRequest { request } => pool::request_screen(shop, &words, *request).await,
        Notice::PoolDecided { request } => pool::decided_screen(shop, &words, *request).await,
        Notice::PoolReturned { back, customer } => {
            pool::returned_screen(shop, &words, *back, *customer).await
        }
        Notice::PoolNumber { order } => pool::number_screen(shop, &words, *order).await,
        Notice::PoolSms { order, sms } => pool::sms_screen(shop, &words, *order, *sms).await,
        Notice::Alert(alert) => {
            let screen = alert_screen(shop, &words, alert).await?;
            Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Soon)))
        }
    }
}

/// To one of two accounts, about the other.
async fn link_screen(
    shop: &Shop,
    words: &Words,
    outgoing: &Outgoing,
    id: LinkId,
    text: &'static str,
) -> Result<Option<Ready>, Fault> {
    let Some(link) = shop.store.link(id).await? else { return Ok(None) };
    let mut people = shop.store.people(link.kept).await?;
    people.extend(shop.store.people(link.joined).await?);
    let is_here = |person: &&Customer| person.private_chat == outgoing.chat;
    let Some(here) = people.iter().find(is_here) else { return Ok(None) };
    let other = people.iter().find(|person| !is_here(person)).unwrap_or(here);
    let balance = ledger::balance(&shop.store, here.id).await?.free;
    let args = [
        ("name", other.name.clone().into()),
        ("identity", other.identity.to_string().into()),
        ("balance", balance.into()),
        ("returned", link.returned.unwrap_or_default().into()),
    ];
    let screen = Screen::new(words.spans(text, &args)).row(vec![menu_button(words)]);
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Soon)))
}

async fn sms_screen(
    shop: &Shop,
    words: &Words,
    order: OrderId,
    id: SmsId,
) -> Result<Option<Ready>, Fault> {
    let Some(order) = shop.store.order(order).await? else { return Ok(None) };
    let all = shop.store.sms_of(order.id).await?;
    let Some(sms) = all.into_iter().find(|sms| sms.id == id) else { return Ok(None) };
    let (service, ..) = shop.store.names(order.purchase.service, order.purchase.country).await?;
    let service = ("service", service.into());
    let screen = match (sms.code, sms.text) {
        (Some(code), _) => {
            let phone = order.state.line().map(|line| line.phone.as_str()).unwrap_or_default();
            let args = [service, ("code", code.as_str().into()), ("phone", phone.into())];
            let label = words.line("button-copy-code", &[("code", code.as_str().into())]);
            Screen::new(words.spans("sms-code", &args)).row(vec![Button::copy(label, code)])
        }
        (None, text) => Screen::new(
            words.spans("sms-text", &[service, ("text", text.unwrap_or_default().into())]),
        ),
    };
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Now)))
}

/// The picture by which a phone installs a data plan.
async fn esim_screen(shop: &Shop, words: &Words, id: OrderId) -> Result<Option<Ready>, Fault> {
    let Some(order) = shop.store.order(id).await? else { return Ok(None) };
    let Some(esim) = order.state.esim() else { return Ok(None) };
    let (plan, ..) = shop.store.names(order.purchase.service, order.purchase.country).await?;
    let code = esim.activation_code.as_str();
    let args = [("plan", plan.into()), ("activation", code.into())];
    let label = words.line("button-copy-activation", &[]);
    let mut screen =
        Screen::new(words.spans("esim-here", &args)).row(vec![Button::copy(label, code)]);
    match qr_code(code) {
        Ok(picture) => screen = screen.with_picture(picture),
        Err(error) => tracing::error!(%error, order = %id, "an activation code makes no picture"),
    }
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Now)))
}

async fn rental_ends_screen(
    shop: &Shop,
    words: &Words,
    id: OrderId,
) -> Result<Option<Ready>, Fault> {
    let Some(order) = shop.store.order(id).await? else { return Ok(None) };
    let State::Active(line) = &order.state else { return Ok(None) };
    let left = line.expires_at.since(shop.clock.now());
    // It may have been renewed, or have ended, since this was written.
    if left.is_zero() || remind::lead(&order).is_none_or(|lead| left > lead) {
        return Ok(None);
    }
    let (service, ..) = shop.store.names(order.purchase.service, order.purchase.country).await?;
    let args =
        [("service", service.into()), ("phone", line.phone.as_str().into()), ("left", left.into())];
    let can_go_on = shop.upstream.capabilities().renew && shop.buys_from(&order);
    let text = if can_go_on { "rental-ends" } else { "rental-ends-for-good" };
    let renew = can_go_on.then(|| button(words, "button-renew", Tap::Renew(id)));
    let screen = Screen::new(words.spans(text, &args))
        .row(renew.into_iter().collect())
        .row(vec![button(words, "button-rental", Tap::Order(id))]);
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Soon)))
}

async fn alert_screen(shop: &Shop, words: &Words, alert: &Alert) -> Result<Screen, Fault> {
    let provider = ("provider", shop.upstream.capabilities().provider.into());
    let text =
        match alert {
            Alert::ProviderDown => words.spans("operator-notice-provider-down", &[provider]),
            Alert::ProviderBack => words.spans("operator-notice-provider-back", &[provider]),
            Alert::KeyRefused => words.spans("operator-notice-key-refused", &[provider]),
            Alert::FundsLow => words.spans("operator-notice-funds-low", &[provider]),
            Alert::FundsShort => words.spans("operator-notice-funds-short", &[provider]),
            Alert::FundsEnough => words.spans("operator-notice-funds-enough", &[provider]),
            Alert::FewCodes => words.spans("operator-notice-few-codes", &[provider]),
            Alert::CodesCome => words.spans("operator-notice-codes-come", &[provider]),
            Alert::BooksDiffer => words.spans("operator-notice-books-differ", &[]),
            Alert::Garbage(field) => words
                .spans("operator-notice-garbage", &[provider, ("field", field.as_str().into())]),
            Alert::NeedsOperator(order) => words
                .spans("operator-notice-needs-operator", &[provider, ("order", order.0.into())]),
            Alert::BelowCost(id) => {
                let order = shop.store.order(*id).await?;
                let price = order.as_ref().map(|order| order.purchase.price).unwrap_or_default();
                let cost = order.and_then(|order| order.cost).unwrap_or_default();
                let args = [("order", id.0.into()), ("price", price.into()), ("cost", cost.into())];
                words.spans("operator-notice-below-cost", &args)
            }
            Alert::PricesRisen => {
                let day = shop.clock.now() - super::prices::A_DAY;
                let drift = shop.store.drift_since(day).await?;
                let args = [provider, ("orders", drift.dearer.into()), ("sum", drift.rise.into())];
                words.spans("operator-notice-prices-risen", &args)
            }
            Alert::PoolFrozen(id) => {
                let pool = shop.store.pool(*id).await?;
                let left = ledger::pool_balance(&shop.store, *id).await?;
                let title = pool.map(|pool| super::pool::title(words, &pool)).unwrap_or_default();
                let args = [("group", title.into()), ("balance", left.into())];
                words.spans("operator-notice-pool-frozen", &args)
            }
        };
    let ways = match alert {
        Alert::NeedsOperator(order) => vec![
            button(words, "button-doubt", Tap::Doubt(*order)),
            button(words, "button-refund", Tap::Refund(*order)),
        ],
        Alert::PoolFrozen(pool) => {
            vec![button(words, "button-pool-return", Tap::Pool(PoolTap::AskReturn(*pool)))]
        }
        Alert::ProviderDown
        | Alert::ProviderBack
        | Alert::KeyRefused
        | Alert::FundsLow
        | Alert::Garbage(_)
        | Alert::BelowCost(_)
        | Alert::PricesRisen
        | Alert::BooksDiffer => vec![],
        Alert::FundsShort | Alert::FundsEnough | Alert::FewCodes | Alert::CodesCome => {
            vec![button(words, "button-desk", Tap::Desk)]
        }
    };
    Ok(Screen::new(text).row(ways))
}
