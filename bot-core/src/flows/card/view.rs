//! How an order's card looks: what is said in each state, and which buttons work there.

use std::time::Duration;

use super::{back_to, until_cancel};
use crate::{
    action::{Sort, Tap},
    clock::Timestamp,
    flows::menu::menu_button,
    order::{Fulfilled, Item, Line, Refusal, State},
    screen::{Button, Screen, Span},
    shop::{Fault, Shop},
    store::orders::{Order, Sms},
    text::{Arg, Words},
    upstream::{Capabilities, Kind},
};

/// A rental's messages that its card lists, newest first, and the characters shown of each.
const MESSAGES_LISTED: usize = 5;
const CHARACTERS_SHOWN: usize = 160;

/// The card as it is true now.
pub async fn render(shop: &Shop, words: &Words, order: &Order) -> Result<Screen, Fault> {
    let sms = shop.store.sms_of(order.id).await?;
    let (service, country, flag) =
        shop.store.names(order.purchase.service, order.purchase.country).await?;
    let names = vec![
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
        ("order", order.id.0.into()),
        ("price", order.purchase.price.into()),
        ("back", back_to(words, &order.purchase).into()),
        ("item", item_word(order.purchase.item).into()),
    ];
    let capabilities = shop.upstream.capabilities();
    let goes_back = matches!(order.state, State::Cancelling(_) | State::Cancelled(_));
    let for_its_price = goes_back && shop.store.went_back_for_its_price(order.id).await?;
    let view = View { words, order, now: shop.clock.now(), capabilities, for_its_price };
    Ok(view.screen(names, &sms).only_for_actor())
}

struct View<'a> {
    words: &'a Words,
    order: &'a Order,
    now: Timestamp,
    capabilities: &'a Capabilities,
    /// Whether the number goes back because of its price.
    for_its_price: bool,
}

impl View<'_> {
    fn screen(&self, mut args: Vec<(&'static str, Arg)>, sms: &[Sms]) -> Screen {
        if let Some(line) = self.order.state.line() {
            args.push(("phone", line.phone.as_str().into()));
            args.push(("left", line.expires_at.since(self.now).into()));
        }
        let screen = Screen::new(self.text(args, sms));
        match &self.order.state {
            State::Placing | State::InDoubt { .. } | State::NeedsOperator { .. } => screen,
            State::Waiting(line) => screen
                .row(vec![self.copy_number(line)])
                .row(self.cancel_button(line).into_iter().collect()),
            State::Cancelling(line) => screen.row(vec![self.copy_number(line)]),
            State::CodeReceived(line) => {
                let copies =
                    self.copy_code(sms).into_iter().chain([self.copy_number(line)]).collect();
                let another = self.button("button-another", Tap::Another(self.order.id));
                let done = self.button("button-done", Tap::Done(self.order.id));
                let resend = self.capabilities.resend;
                screen
                    .row(copies)
                    .row(Some(another).filter(|_| resend).into_iter().chain([done]).collect())
            }
            State::Active(line) => self.rental(screen, line, sms),
            State::Fulfilled(Fulfilled::Esim(esim)) => {
                let code = esim.activation_code.as_str();
                let label = self.words.line("button-copy-activation", &[]);
                let qr_code = self.button("button-qr-code", Tap::QrCode(self.order.id));
                screen
                    .row(vec![Button::copy(label, code)])
                    .row(vec![qr_code, menu_button(self.words)])
            }
            State::Fulfilled(Fulfilled::Renewal { .. }) | State::Undone => screen.row(
                self.rental_of_renewal().into_iter().chain([menu_button(self.words)]).collect(),
            ),
            State::Finished(_)
            | State::Refused { .. }
            | State::Cancelled(_)
            | State::Expired(_)
            | State::Banned(_)
            | State::Ended(_) => screen
                .row(self.copy_code(sms).into_iter().collect())
                .row(self.again().into_iter().chain([menu_button(self.words)]).collect()),
        }
    }

    fn rental(&self, screen: Screen, line: &Line, sms: &[Sms]) -> Screen {
        let id = self.order.id;
        let renew = self.capabilities.renew.then(|| self.button("button-renew", Tap::Renew(id)));
        let check = self.button("button-check", Tap::Check(id));
        let back = self.cancel_button(line).filter(|_| sms.is_empty());
        screen
            .row(self.copy_code(sms).into_iter().chain([self.copy_number(line)]).collect())
            .row([check].into_iter().chain(renew).collect())
            .row(back.into_iter().collect())
    }

    fn rental_of_renewal(&self) -> Option<Button> {
        match self.order.purchase.item {
            Item::Renewal { of, .. } => Some(self.button("button-rental", Tap::Order(of))),
            Item::New(_) => None,
        }
    }

    fn text(&self, args: Vec<(&'static str, Arg)>, sms: &[Sms]) -> Vec<Span> {
        let mut text = self.state_text(args, sms);
        if let State::Active(_) | State::Ended(_) = self.order.state {
            text.extend(self.messages(sms));
            return text;
        }
        let said = |sms: &Sms| sms.code.clone().or_else(|| sms.text.clone());
        let earlier: Vec<String> = sms.iter().rev().skip(1).filter_map(said).collect();
        if !earlier.is_empty() {
            text.push(Span::Plain("\n".into()));
            text.extend(self.words.spans("order-earlier", &[("codes", earlier.join(", ").into())]));
        }
        text
    }

    /// A rental's newest messages, one a line.
    fn messages(&self, sms: &[Sms]) -> Vec<Span> {
        let mut spans = Vec::new();
        for sms in sms.iter().rev().take(MESSAGES_LISTED) {
            let shown: String =
                sms.text.iter().flat_map(|text| text.chars()).take(CHARACTERS_SHOWN).collect();
            let text = ("text", shown.into());
            spans.push(Span::Plain("\n".into()));
            spans.extend(match &sms.code {
                Some(code) => {
                    self.words.spans("order-message-code", &[("code", code.as_str().into()), text])
                }
                None => self.words.spans("order-message", &[text]),
            });
        }
        spans
    }

    fn state_text(&self, mut args: Vec<(&'static str, Arg)>, sms: &[Sms]) -> Vec<Span> {
        let latest = sms.last();
        let code = latest.and_then(|sms| sms.code.clone());
        let has_code = code.is_some();
        let text = latest.and_then(|sms| sms.text.clone()).unwrap_or_default();
        args.push(("code", code.unwrap_or_default().into()));
        args.push(("text", text.into()));
        let words = self.words;
        match &self.order.state {
            State::Placing => words.spans("order-placing", &args),
            State::InDoubt { .. } => words.spans("order-in-doubt", &args),
            State::NeedsOperator { .. } => words.spans("order-needs-operator", &args),
            State::Waiting(_) => words.spans("order-waiting", &args),
            State::Cancelling(_) if self.for_its_price => {
                words.spans("order-cancelling-price", &args)
            }
            State::Cancelling(_) => words.spans("order-cancelling", &args),
            State::CodeReceived(_) if has_code => words.spans("order-code", &args),
            State::CodeReceived(_) => words.spans("order-text", &args),
            State::Finished(_) if has_code => words.spans("order-finished", &args),
            State::Finished(_) => words.spans("order-finished-text", &args),
            State::Cancelled(_) if self.for_its_price => {
                words.spans("order-cancelled-price", &args)
            }
            State::Cancelled(_) => words.spans("order-cancelled", &args),
            State::Expired(_) => words.spans("order-expired", &args),
            State::Banned(_) => words.spans("order-banned", &args),
            State::Active(_) => words.spans("order-active", &args),
            State::Ended(_) => words.spans("order-ended", &args),
            State::Fulfilled(Fulfilled::Esim(esim)) => {
                args.push(("activation", esim.activation_code.as_str().into()));
                words.spans("order-esim", &args)
            }
            State::Fulfilled(Fulfilled::Renewal { until }) => {
                args.push(("until", crate::flows::account::when(*until).into()));
                words.spans("order-renewed", &args)
            }
            State::Undone => words.spans("order-undone", &args),
            State::Refused { reason } => {
                words.spans(refused(self.order.purchase.item, *reason), &args)
            }
        }
    }

    fn copy_number(&self, line: &Line) -> Button {
        let phone = line.phone.as_str();
        Button::copy(self.words.line("button-copy-number", &[("phone", phone.into())]), phone)
    }

    fn copy_code(&self, sms: &[Sms]) -> Option<Button> {
        let code = sms.last()?.code.as_deref()?;
        Some(Button::copy(self.words.line("button-copy-code", &[("code", code.into())]), code))
    }

    fn cancel_button(&self, line: &Line) -> Option<Button> {
        let tap = Tap::Cancel(self.order.id);
        Some(match until_cancel(self.capabilities.cancel, line, self.now)? {
            Duration::ZERO => Button::tap(self.words.line("button-cancel", &[]), tap),
            left => {
                Button::later(self.words.line("button-cancel-in", &[("left", left.into())]), tap)
            }
        })
    }

    /// To buy the like again.
    fn again(&self) -> Option<Button> {
        let service = self.order.purchase.service;
        let tap = match self.order.purchase.item {
            Item::New(Kind::Activation) => {
                Tap::Countries { service, sort: Sort::default(), page: 0 }
            }
            Item::New(Kind::Rental { .. }) => Tap::RentalTerms { service, page: 0 },
            Item::New(Kind::Esim) => Tap::Esims { page: 0 },
            Item::Renewal { .. } => return self.rental_of_renewal(),
        };
        Some(self.button("button-again", tap))
    }

    fn button(&self, id: &'static str, tap: Tap) -> Button {
        Button::tap(self.words.line(id, &[]), tap)
    }
}

/// As the texts tell the kinds of purchases apart.
fn item_word(item: Item) -> &'static str {
    match item {
        Item::New(Kind::Activation) => "activation",
        Item::New(Kind::Rental { .. }) => "rental",
        Item::New(Kind::Esim) => "esim",
        Item::Renewal { .. } => "renewal",
    }
}

fn refused(item: Item, reason: Refusal) -> &'static str {
    match item {
        Item::New(Kind::Activation | Kind::Rental { .. }) => {}
        Item::New(Kind::Esim) => return "order-refused-esim",
        Item::Renewal { .. } => return "order-refused-renewal",
    }
    match reason {
        Refusal::NoNumbers => "order-refused-no-numbers",
        Refusal::PriceMoved => "order-refused-price-moved",
        Refusal::ProviderFunds => "order-refused-provider-funds",
        Refusal::OfferGone => "order-refused-offer-gone",
        Refusal::Busy => "order-refused-busy",
        Refusal::Key => "order-refused-key",
        Refusal::Invalid => "order-refused-invalid",
        Refusal::NotPlaced => "order-refused-not-placed",
        Refusal::Operator => "order-refused-operator",
    }
}
