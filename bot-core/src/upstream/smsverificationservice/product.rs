//! What smsVerificationService sells, and how each thing is asked for. Knows nothing of prices.

use serde_json::{Value, json};

use crate::{
    ids::ProductRef,
    phone::AreaCode,
    upstream::{Choice, Kind},
};

/// One thing that can be bought.
///
/// Written as its list and what names it there: `temporary/1012`, `best/1012`, `day/4421`, `month/7821`,
/// `global/4/1012`, `rental3/WhatsApp`, `rental30/WhatsApp`, `esim/USA 5GB / 30 days`. A name is all that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Product {
    /// A number of the United States from a list with ids.
    Listed {
        list: List,
        service: u64,
    },
    /// A number of the United States by its service's name.
    Rental {
        term: Term,
        service: String,
    },
    /// A number of another country.
    Global {
        country: u64,
        service: u64,
    },
    Esim {
        plan: String,
    },
}

/// A list of numbers of the United States that are bought by `service_id`. Ids differ from list to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Temporary,
    Best,
    Day,
    Month,
}

/// How long a rental by name lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Days3,
    Days30,
}

impl List {
    pub const ALL: [Self; 4] = [Self::Temporary, Self::Best, Self::Day, Self::Month];

    /// As paths name it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::Best => "best-temp",
            Self::Day => "rent-1day",
            Self::Month => "rent-30days",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::Best => "best",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

impl Term {
    pub const fn days(self) -> u16 {
        match self {
            Self::Days3 => 3,
            Self::Days30 => 30,
        }
    }
}

impl Product {
    /// Reads what [`Product::reference`] wrote, and nothing else.
    pub fn read(reference: &ProductRef) -> Option<Self> {
        let (word, name) = reference.as_str().split_once('/')?;
        let product = match word {
            "rental3" => Self::Rental { term: Term::Days3, service: name.to_owned() },
            "rental30" => Self::Rental { term: Term::Days30, service: name.to_owned() },
            "esim" => Self::Esim { plan: name.to_owned() },
            "global" => {
                let (country, service) = name.split_once('/')?;
                Self::Global { country: country.parse().ok()?, service: service.parse().ok()? }
            }
            _ => {
                let list = List::ALL.into_iter().find(|list| list.word() == word)?;
                Self::Listed { list, service: name.parse().ok()? }
            }
        };
        // There is more than one way to write a number, and only one of them is ours.
        (!name.is_empty() && product.reference() == *reference).then_some(product)
    }

    pub fn reference(&self) -> ProductRef {
        ProductRef(match self {
            Self::Listed { list, service } => format!("{}/{service}", list.word()),
            Self::Rental { term, service } => format!("rental{}/{service}", term.days()),
            Self::Global { country, service } => format!("global/{country}/{service}"),
            Self::Esim { plan } => format!("esim/{plan}"),
        })
    }

    pub const fn kind(&self) -> Kind {
        match self {
            Self::Listed { list: List::Temporary | List::Best, .. } | Self::Global { .. } => {
                Kind::Activation
            }
            Self::Listed { list: List::Day, .. } => Kind::Rental { days: 1 },
            Self::Listed { list: List::Month, .. } => Kind::Rental { days: 30 },
            Self::Rental { term, .. } => Kind::Rental { days: term.days() },
            Self::Esim { .. } => Kind::Esim,
        }
    }

    pub const fn choice(&self) -> Choice {
        match self {
            Self::Listed { list: List::Best, .. } => Choice::BestDelivery,
            Self::Listed { list: List::Temporary | List::Day | List::Month, .. }
            | Self::Rental { .. }
            | Self::Global { .. }
            | Self::Esim { .. } => Choice::Any,
        }
    }

    /// Whether it can be asked for in an area.
    pub const fn takes_area_code(&self) -> bool {
        matches!(self, Self::Listed { list: List::Temporary, .. })
    }

    /// What follows `order/` in the path of a purchase.
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Listed { list, .. } => list.path(),
            Self::Rental { .. } => "rental",
            Self::Global { .. } => "global",
            Self::Esim { .. } => "esim",
        }
    }

    /// The body of a purchase. The area only goes where it is taken.
    pub fn body(&self, area: Option<&AreaCode>) -> Value {
        match (self, area) {
            (Self::Listed { list: List::Temporary, service }, Some(area)) => {
                json!({ "service_id": service, "area_code": area.as_str() })
            }
            (Self::Listed { service, .. }, _) => json!({ "service_id": service }),
            (Self::Rental { term, service }, _) => {
                json!({ "service": service, "duration": term.days() })
            }
            (Self::Global { country, service }, _) => {
                json!({ "service_id": service, "country_id": country })
            }
            (Self::Esim { plan }, _) => json!({ "plan": plan }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(Product, &'static str, Kind, Value)> {
        let listed = |list, service| Product::Listed { list, service };
        let rental = |term| Product::Rental { term, service: "A/B 3".to_owned() };
        let days = |days| Kind::Rental { days };
        let id = |id: u64| json!({ "service_id": id });
        vec![
            (listed(List::Temporary, 1012), "temporary/1012", Kind::Activation, id(1012)),
            (listed(List::Best, 1012), "best/1012", Kind::Activation, id(1012)),
            (listed(List::Day, 4421), "day/4421", days(1), id(4421)),
            (listed(List::Month, 0), "month/0", days(30), id(0)),
            (
                rental(Term::Days3),
                "rental3/A/B 3",
                days(3),
                json!({ "service": "A/B 3", "duration": 3 }),
            ),
            (
                rental(Term::Days30),
                "rental30/A/B 3",
                days(30),
                json!({ "service": "A/B 3", "duration": 30 }),
            ),
            (
                Product::Global { country: 0, service: 1012 },
                "global/0/1012",
                Kind::Activation,
                json!({ "service_id": 1012, "country_id": 0 }),
            ),
            (
                Product::Esim { plan: "USA 5GB / 30 days".to_owned() },
                "esim/USA 5GB / 30 days",
                Kind::Esim,
                json!({ "plan": "USA 5GB / 30 days" }),
            ),
        ]
    }

    #[test]
    fn every_product_is_read_as_it_was_written_and_asked_for_as_documented() {
        let area = AreaCode::parse("212").unwrap();
        for (product, written, kind, body) in all() {
            assert_eq!(product.reference().as_str(), written);
            assert_eq!(Product::read(&ProductRef::from(written)), Some(product.clone()));
            assert_eq!((product.kind(), product.body(None)), (kind, body.clone()), "{written}");
            let in_area = product.body(Some(&area));
            assert_eq!(in_area != body, product.takes_area_code(), "{written}");
        }
        let temporary = Product::Listed { list: List::Temporary, service: 1012 };
        let in_area = json!({ "service_id": 1012, "area_code": "212" });
        assert_eq!(temporary.body(Some(&area)), in_area);
    }

    #[test]
    fn nothing_else_is_read() {
        for text in [
            "",
            "1012",
            "temporary",
            "temporary/",
            "temporary/+1",
            "temporary/01",
            "temporary/-1",
            "temporary/1/2",
            "temporary/WhatsApp",
            "best-temp/1",
            "global/4",
            "global/4/",
            "global/4/x",
            "global/4/1/2",
            "rental/WhatsApp",
            "rental7/WhatsApp",
            "rental3/",
            "esim/",
        ] {
            assert_eq!(Product::read(&ProductRef::from(text)), None, "{text:?}");
        }
    }
}
