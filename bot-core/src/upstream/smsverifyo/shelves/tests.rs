use super::*;

const NOW: Timestamp = Timestamp(1_779_868_800_000);

fn id(number: usize) -> Id {
    Id::parse(&format!("{number:08}")).unwrap()
}

fn services(numbers: impl IntoIterator<Item = usize>) -> Vec<Service> {
    let service = |number| Service { id: id(number), name: "Service".to_owned() };
    numbers.into_iter().map(service).collect()
}

fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<Id> {
    numbers.into_iter().map(id).collect()
}

#[test]
fn services_are_read_in_the_providers_order_and_each_at_most_every_five_minutes() {
    let shelves = Shelves::default();
    let services = services((0..40).rev());
    assert_eq!(shelves.due(&services, NOW), ids((30..40).rev()));
    for number in 30..40 {
        shelves.put(&id(number), Vec::new(), NOW);
    }
    assert_eq!(shelves.due(&services, NOW), ids((0..30).rev()));
    for number in 10..30 {
        shelves.put(&id(number), Vec::new(), NOW);
    }
    let later = NOW + Duration::from_mins(1);
    assert_eq!(shelves.due(&services, later), ids((0..10).rev()));
    for number in 0..10 {
        shelves.miss(&id(number), later);
    }
    assert_eq!(shelves.due(&services, NOW + Duration::from_secs(299)), []);
    // Those read longest ago come first.
    let round = NOW + Duration::from_mins(6);
    assert_eq!(shelves.due(&services, round), ids((10..40).rev()));
    for number in 11..40 {
        shelves.put(&id(number), Vec::new(), round);
    }
    let due: Vec<_> = [10].into_iter().chain((0..10).rev()).collect();
    assert_eq!(shelves.due(&services, round), ids(due));
    // A clock that was set back keeps no service from being read.
    assert_eq!(shelves.due(&services, NOW - Duration::from_mins(1)).len(), AT_ONCE);
}

#[test]
fn services_are_kept_for_an_hour_and_those_listed_no_more_are_forgotten() {
    let shelves = Shelves::default();
    assert_eq!(shelves.services(NOW), None);
    shelves.put(&id(1), Vec::new(), NOW);
    shelves.put_services(services([1, 2]), NOW);
    assert_eq!(shelves.services(NOW + Duration::from_secs(3_599)), Some(services([1, 2])));
    assert_eq!(shelves.services(NOW + Duration::from_hours(1)), None);
    assert_eq!(shelves.services(NOW - Duration::from_secs(1)), None);
    assert_eq!(shelves.due(&services([1, 2]), NOW), [id(2)]);
    shelves.put_services(services([2]), NOW);
    assert_eq!(shelves.due(&services([1, 2]), NOW), [id(1), id(2)]);
}

#[test]
fn a_service_that_could_not_be_read_keeps_what_was_known() {
    let shelves = Shelves::default();
    let russia = Country {
        country_id: 0,
        name: "Russia".to_owned(),
        flag: "🇷🇺".to_owned(),
        price_usd: super::super::wire::cost(rust_decimal::Decimal::ONE).unwrap(),
        available: 1,
    };
    shelves.put(&id(1), vec![russia.clone()], NOW);
    shelves.miss(&id(1), NOW + Duration::from_mins(6));
    assert_eq!(shelves.due(&services([1]), NOW + Duration::from_mins(7)), []);
    assert_eq!(shelves.known(), [(id(1), vec![russia])]);
}
