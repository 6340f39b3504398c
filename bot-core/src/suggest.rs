//! What a person may mean while they are still typing, and the short words that forms are made of, for platforms that have
//! commands with fields. Suggestions only: whatever comes back is looked up again.

use std::collections::HashSet;

use crate::{
    action::Sort,
    catalog::Offer,
    ids::{CountryId, ServiceId},
    search,
    shop::{Fault, Shop},
    text::Words,
};

/// One thing that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion<Id> {
    pub id: Id,
    /// With its price, in the person's language.
    pub label: String,
}

/// Words outside any screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// The name and the description of a command that shows the menu.
    MenuName,
    Menu,
    /// What to fill in beside a command, and what that is called: lower case and without spaces.
    Field(Field),
    FieldName(Field),
    /// The form that tops a person up: its title and its only field.
    TopUpForm,
    TopUpAmount,
    /// Somebody taps what was shown to somebody else.
    NotYours,
    /// Said in public to somebody who cannot be written to: there is news. Tells nothing of it.
    NewsAwaits,
}

/// What is filled in beside a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Service,
    Country,
    Person,
    Amount,
    Note,
    Role,
    Order,
    /// An order, a number or a customer.
    Wanted,
    /// What to do with vouchers, in words.
    Voucher,
    /// A voucher's code.
    Code,
    /// The code that joins two accounts.
    Link,
    Deposit,
    /// What to do with a pool, in a word.
    Pool,
    /// The role whose people may spend from it.
    Spenders,
}

impl Shop {
    /// A phrase in `language` (an IETF tag; the default language when `None` or unknown).
    pub fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String {
        let words = self.texts.language(language);
        match phrase {
            Phrase::MenuName => words.line("name-menu", &[]),
            Phrase::Menu => words.line("command-menu", &[]),
            Phrase::Field(field) => field.description(&words),
            Phrase::FieldName(field) => field.name(&words),
            Phrase::TopUpForm => words.line("form-topup", &[]),
            Phrase::TopUpAmount => words.line("form-topup-amount", &[]),
            Phrase::NotYours => words.line("not-yours", &[]),
            Phrase::NewsAwaits => words.line("news-awaits", &[]),
        }
    }

    /// At most `most` services that match, those in stock first, else in the order of [`search::find_services`].
    pub fn suggest_services(
        &self,
        language: Option<&str>,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<ServiceId>> {
        let words = self.texts.language(language);
        let found = search::find_services(&self.catalog, typed);
        let (sold, empty): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|id| (id, self.catalog.cheapest(id)))
            .partition(|(_, cheapest)| cheapest.is_some());
        let labelled = sold.into_iter().chain(empty).filter_map(|(id, cheapest)| {
            let label = self.service_label(&words, id, cheapest.as_ref())?;
            Some(Suggestion { id, label })
        });
        labelled.take(most).collect()
    }

    /// At most `most` countries that sell a service, those in stock first, cheap before dear. Whoever has typed something
    /// gets those that match it.
    pub fn suggest_countries(
        &self,
        language: Option<&str>,
        service: ServiceId,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<CountryId>> {
        let words = self.texts.language(language);
        let offers = self.catalog.offers(service, Sort::Price);
        let found: HashSet<_> = search::find_countries(&self.catalog, typed).into_iter().collect();
        let matches =
            offers.iter().filter(|offer| typed.trim().is_empty() || found.contains(&offer.country));
        let labelled = matches.filter_map(|offer| {
            let label = self.country_label(&words, offer)?;
            Some(Suggestion { id: offer.country, label })
        });
        labelled.take(most).collect()
    }

    /// What a service is called.
    pub fn service_name(&self, id: ServiceId) -> Option<String> {
        self.catalog.service(id).map(|service| service.name.to_string())
    }

    /// The service that `typed` names beyond doubt.
    pub fn service_meant(&self, typed: &str) -> Option<ServiceId> {
        search::split(&self.catalog, typed).service
    }

    /// The country that `typed` names beyond doubt.
    pub fn country_meant(&self, typed: &str) -> Option<CountryId> {
        search::split(&self.catalog, typed).country
    }

    /// `None` for a service that is gone, and for one whose price cannot be told.
    fn service_label(
        &self,
        words: &Words,
        id: ServiceId,
        cheapest: Option<&Offer>,
    ) -> Option<String> {
        let service = self.catalog.service(id)?;
        let name = ("service", (&*service.name).into());
        let Some(offer) = cheapest else {
            return Some(words.line("button-service-empty", &[name]));
        };
        let price = self.price_of(offer)?;
        Some(words.line("button-service", &[name, ("price", price.into())]))
    }

    fn country_label(&self, words: &Words, offer: &Offer) -> Option<String> {
        let country = self.catalog.country(offer.country)?;
        let (flag, name) =
            (("flag", (&*country.flag).into()), ("country", (&*country.name).into()));
        if offer.is_sold_out() {
            return Some(words.line("button-country-empty", &[flag, name]));
        }
        let price = ("price", self.price_of(offer)?.into());
        Some(match offer.stock {
            Some(stock) => {
                let stock = ("stock", i64::from(stock).into());
                words.line("button-country", &[flag, name, price, stock])
            }
            None => words.line("button-country-any-stock", &[flag, name, price]),
        })
    }

    fn price_of(&self, offer: &Offer) -> Option<crate::money::Money> {
        match self.settings.pricing.retail(offer.cost.money) {
            Ok(price) => Some(price),
            Err(error) => {
                tracing::error!(fault = %Fault::from(error), "an offer has no price");
                None
            }
        }
    }
}

impl Field {
    fn description(self, words: &Words) -> String {
        match self {
            Self::Service => words.line("option-service", &[]),
            Self::Country => words.line("option-country", &[]),
            Self::Person => words.line("option-person", &[]),
            Self::Amount => words.line("option-amount", &[]),
            Self::Note => words.line("option-note", &[]),
            Self::Role => words.line("option-role", &[]),
            Self::Order => words.line("option-order", &[]),
            Self::Wanted => words.line("option-find", &[]),
            Self::Voucher => words.line("option-voucher", &[]),
            Self::Code => words.line("option-code", &[]),
            Self::Link => words.line("option-link", &[]),
            Self::Deposit => words.line("option-deposit", &[]),
            Self::Pool => words.line("option-pool", &[]),
            Self::Spenders => words.line("option-pool-role", &[]),
        }
    }

    fn name(self, words: &Words) -> String {
        match self {
            Self::Service => words.line("name-service", &[]),
            Self::Country => words.line("name-country", &[]),
            Self::Person => words.line("name-person", &[]),
            Self::Amount => words.line("name-amount", &[]),
            Self::Note | Self::Voucher => words.line("name-note", &[]),
            Self::Role => words.line("name-role", &[]),
            Self::Order => words.line("name-order", &[]),
            Self::Wanted => words.line("name-wanted", &[]),
            Self::Code | Self::Link => words.line("name-code", &[]),
            Self::Deposit => words.line("name-deposit-number", &[]),
            Self::Pool => words.line("name-action", &[]),
            Self::Spenders => words.line("name-spenders", &[]),
        }
    }
}
