use proptest::prelude::*;

use super::*;

fn any_pick() -> impl Strategy<Value = Pick> {
    let area = prop::option::of((200u16..1000).prop_map(|area| AreaCode::parse(&area.to_string())));
    (prop::option::of(any::<u32>()), 1u16.., area).prop_map(|(offer, quantity, area)| Pick {
        offer: offer.map(OfferCode),
        quantity,
        area_code: area.flatten(),
    })
}

fn any_pool_tap() -> impl Strategy<Value = PoolTap> {
    use crate::{
        action::{Cap, SpendersChoice},
        ids::{PoolGiftId, PoolId, PoolRequestId},
        money::Money,
    };
    let id = 0..=i64::MAX;
    let choices =
        [SpendersChoice::Everyone, SpendersChoice::Listed, SpendersChoice::Administrators];
    let about_one = id.clone().prop_flat_map(|id| {
        prop::sample::select(vec![
            PoolTap::Pay(QuoteId(id)),
            PoolTap::ConfirmGift(PoolGiftId(id)),
            PoolTap::DropGift(PoolGiftId(id)),
            PoolTap::Approve(PoolRequestId(id)),
            PoolTap::Decline(PoolRequestId(id)),
            PoolTap::AskReturn(PoolId(id)),
            PoolTap::Return(PoolId(id)),
        ])
    });
    let cap = || prop::sample::select(Cap::ALL.to_vec());
    prop_oneof![
        Just(PoolTap::Show),
        Just(PoolTap::Rules),
        about_one,
        prop::sample::select(choices.to_vec()).prop_map(PoolTap::Spenders),
        any::<u16>().prop_map(|page| PoolTap::Members { page }),
        any::<u16>().prop_map(|page| PoolTap::Services { page }),
        (id.clone(), any::<bool>())
            .prop_map(|(id, is_listed)| PoolTap::List { customer: CustomerId(id), is_listed }),
        (id.clone(), any::<bool>())
            .prop_map(|(id, is_allowed)| PoolTap::Allow { service: ServiceId(id), is_allowed }),
        any::<bool>().prop_map(PoolTap::ShowInGroup),
        cap().prop_map(PoolTap::Caps),
        (cap(), id).prop_map(|(cap, raw)| PoolTap::SetCap { cap, amount: Money::from_raw(raw) }),
    ]
}

fn any_tap() -> impl Strategy<Value = Tap> {
    let id = 0..=i64::MAX;
    prop_oneof![
        Just(Tap::Menu),
        Just(Tap::Help),
        Just(Tap::Balance),
        any::<u16>().prop_map(|page| Tap::Orders { page }),
        (any::<String>(), any::<u16>())
            .prop_map(|(text, page)| Tap::Services { query: Query::new(&text), page }),
        (id.clone(), any::<bool>(), any::<u16>()).prop_map(|(service, by_stock, page)| {
            Tap::Countries {
                service: ServiceId(service),
                sort: if by_stock { Sort::Stock } else { Sort::Price },
                page,
            }
        }),
        (id.clone(), id.clone()).prop_map(|(service, country)| Tap::Quote {
            service: ServiceId(service),
            country: CountryId(country)
        }),
        (id.clone(), id.clone(), any_pick()).prop_map(|(service, country, pick)| Tap::Pick {
            service: ServiceId(service),
            country: CountryId(country),
            pick
        }),
        (id.clone(), id.clone(), any_pick()).prop_map(|(service, country, pick)| Tap::Options {
            service: ServiceId(service),
            country: CountryId(country),
            pick
        }),
        any::<u16>().prop_map(|page| Tap::Rentals { page }),
        (id.clone(), any::<u16>())
            .prop_map(|(id, page)| Tap::RentalTerms { service: ServiceId(id), page }),
        any::<u16>().prop_map(|page| Tap::Esims { page }),
        id.clone().prop_map(|id| Tap::Check(OrderId(id))),
        id.clone().prop_map(|id| Tap::Renew(OrderId(id))),
        id.clone().prop_map(|id| Tap::QrCode(OrderId(id))),
        id.clone().prop_map(|id| Tap::Buy(QuoteId(id))),
        id.clone().prop_map(|id| Tap::Order(OrderId(id))),
        id.clone().prop_map(|id| Tap::Cancel(OrderId(id))),
        id.clone().prop_map(|id| Tap::Another(OrderId(id))),
        id.clone().prop_map(|id| Tap::Done(OrderId(id))),
        id.clone().prop_map(|id| Tap::ConfirmTopUp(TopUpId(id))),
        id.clone().prop_map(|id| Tap::DropTopUp(TopUpId(id))),
        id.clone().prop_map(|id| Tap::Customer(CustomerId(id))),
        Just(Tap::Desk),
        id.clone().prop_map(|id| Tap::ApproveDeposit(DepositId(id))),
        id.clone().prop_map(|id| Tap::DeclineDeposit(DepositId(id))),
        (id.clone(), any::<u16>()).prop_map(|(of, page)| Tap::Log {
            of: Some(of).filter(|id| *id > 0).map(CustomerId),
            page
        }),
        id.clone().prop_map(|id| Tap::Refund(OrderId(id))),
        (0..1_i64 << 40).prop_map(|code| Tap::Join(JoinCode::of(code).unwrap())),
        id.clone().prop_map(|id| Tap::AskUnlink(LinkId(id))),
        id.clone().prop_map(|id| Tap::Unlink(LinkId(id))),
        id.clone().prop_map(|id| Tap::RefundAnyway(OrderId(id))),
        id.clone().prop_map(|id| Tap::Doubt(OrderId(id))),
        any_pool_tap().prop_map(Tap::Pool),
        (id, any::<u32>())
            .prop_map(|(id, record)| Tap::Adopt { order: OrderId(id), record: RecordCode(record) }),
    ]
}

proptest! {
    #[test]
    fn every_tap_fits_and_reads_back(tap in any_tap()) {
        let packed = tap.pack();
        prop_assert!(packed.len() <= LONGEST_PACKED, "{} bytes", packed.len());
        prop_assert_eq!(Tap::unpack(&packed), Ok(tap));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        if let Ok(tap) = Tap::unpack(&text) {
            prop_assert_eq!(tap.pack(), text);
        }
    }

    #[test]
    fn a_damaged_tap_is_refused_or_another_valid_one(tap in any_tap(), cut in 0usize..64) {
        let packed = tap.pack();
        let cut: String = packed.chars().take(cut).collect();
        if let Ok(read) = Tap::unpack(&cut) {
            prop_assert_eq!(read.pack(), cut);
        }
    }
}

#[test]
fn buttons_already_in_chats_keep_their_meaning() {
    for (packed, tap) in [
        ("1m", Tap::Menu),
        ("1s0.whats app.x", Tap::Services { query: Query::new("whats app.x"), page: 0 }),
        ("1c2.s.1", Tap::Countries { service: ServiceId(2), sort: Sort::Stock, page: 1 }),
        ("1q2.a", Tap::Quote { service: ServiceId(2), country: CountryId(10) }),
        ("1Bzz", Tap::Buy(QuoteId(1295))),
        ("1jz", Tap::Join(JoinCode::of(35).unwrap())),
        ("1K5", Tap::AskUnlink(LinkId(5))),
        ("1W5", Tap::Unlink(LinkId(5))),
        ("1L5", Tap::Doubt(OrderId(5))),
        ("1U5.1z", Tap::Adopt { order: OrderId(5), record: RecordCode(71) }),
        (
            "1p2.a.1z.3.212",
            Tap::Pick {
                service: ServiceId(2),
                country: CountryId(10),
                pick: Pick {
                    offer: Some(OfferCode(71)),
                    quantity: 3,
                    area_code: AreaCode::parse("212"),
                },
            },
        ),
    ] {
        assert_eq!(Tap::unpack(packed), Ok(tap.clone()));
        assert_eq!(tap.pack(), packed);
    }
    for forged in [
        "",
        "1",
        "2m",
        "1mm",
        "1B",
        "1B-5",
        "1B01",
        "1B1.2",
        "1q1",
        "1c1.x.0",
        "1s0",
        "1B+5",
        "1p2.a..0.",
        "1p2.a..1.012",
        "1p2.a..1",
        "1p2.a.zzzzzzzz.1.",
        "1U5",
        "1U5.zzzzzzzz",
        "1U5.1z.1",
        "💥",
    ] {
        assert_eq!(Tap::unpack(forged), Err(UnknownButton), "{forged:?}");
    }
}

#[test]
fn a_query_keeps_no_space_that_a_control_character_hid() {
    let tap = Tap::Services { query: Query::new("\0 wa \u{7}"), page: 0 };
    assert_eq!(tap.pack(), "1s0.wa");
    assert_eq!(Tap::unpack("1s0.wa"), Ok(tap));
}
