//! What is really sent, seen by a server that answers as the test says and reports every request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use super::*;
use crate::{
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, Kind, PlaceRequest, Placing, Rejection, Upstream, UpstreamError,
        budget::Budget,
    },
};

mod any;

/// A request and its place on its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    line: String,
    place: u32,
    with_key: bool,
}

struct Server {
    client: SmsBuyz,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    seen: UnboundedReceiver<Seen>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base_url = format!("http://{}/v1/", listener.local_addr().unwrap());
        let (report, seen) = unbounded_channel();
        let answers = Arc::default();
        let client = client(&base_url, KEY, &ManualClock::starting_at(START));
        let server = Self { client, answers: Arc::clone(&answers), seen };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, report.clone(), Arc::clone(&answers)));
            }
        });
        server
    }

    fn will_answer(&self, status: u16, body: &Value) {
        self.answers.lock().unwrap().push_back((status, body.to_string()));
    }

    fn seen(&mut self) -> Vec<Seen> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }

    fn lines(&mut self) -> Vec<String> {
        self.seen().into_iter().map(|it| it.line).collect()
    }
}

/// Keeps its connection open until the other side closes it.
async fn serve(
    mut stream: TcpStream,
    report: UnboundedSender<Seen>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
) {
    let mut place = 0;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        place += 1;
        let head = String::from_utf8(head).unwrap();
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let with_key = head.contains(&format!("authorization: Bearer {KEY}\r\n"));
        report.send(Seen { line, place, with_key }).unwrap();
        let (status, body) = answers.lock().unwrap().pop_front().unwrap();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Words\r\nlocation: /v1/elsewhere\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

fn prices() -> Value {
    json!({ "ru": { "Virtual1": { "cost": 0.4118, "count": 45832 } } })
}

fn order(id: u64, status: &str, created_at: &str) -> Value {
    json!({
        "id": id, "phone": "79001234567", "operator": "Virtual1", "product": "microsoft",
        "price": 0.4118, "status": status, "sms": [], "created_at": created_at, "country": "ru"
    })
}

const KEY_OF_PURCHASE: &str = "k1";
const REFERENCE: &str = "ru/Virtual1/microsoft";

async fn place(server: &Server, reference: &str, again: bool) -> Placing {
    let request = PlaceRequest {
        key: &IdempotencyKey::from(KEY_OF_PURCHASE),
        service: "microsoft",
        country: "ru",
        kind: Kind::Activation,
        product: &ProductRef::from(reference),
        area_code: None,
        quantity: 1,
        max_cost: Money::from_raw(4_118),
    };
    if again {
        server.client.place_again(&request).await
    } else {
        server.client.place(&request).await
    }
}

#[tokio::test]
async fn a_purchase_is_the_only_request_on_its_connection_and_guests_show_no_key() {
    let mut server = Server::start().await;
    for _ in 0..2 {
        server.will_answer(200, &prices());
        server.will_answer(200, &order(1, "PENDING", "2026-05-27T08:00:00"));
        let placing = place(&server, REFERENCE, false).await;
        assert!(matches!(placing, Placing::Accepted(_)), "{placing:?}");
    }
    let look = "GET /v1/guest/prices?product=microsoft&country=ru".to_owned();
    let buy = "GET /v1/user/buy/activation/ru/Virtual1/microsoft".to_owned();
    let expected = [
        Seen { line: look.clone(), place: 1, with_key: false },
        Seen { line: buy.clone(), place: 1, with_key: true },
        Seen { line: look, place: 2, with_key: false },
        Seen { line: buy, place: 1, with_key: true },
    ];
    assert_eq!(server.seen(), expected);
}

#[tokio::test]
async fn a_purchase_follows_no_redirect_and_is_never_repeated() {
    for status in [302, 307, 500, 503] {
        let mut server = Server::start().await;
        server.will_answer(200, &prices());
        server.will_answer(status, &json!({}));
        let placing = place(&server, REFERENCE, false).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{status}: {placing:?}");
        assert_eq!(server.seen().len(), 2, "{status}");
        let again = place(&server, REFERENCE, true).await;
        assert!(matches!(again, Placing::Unknown(_)), "{again:?}");
        assert_eq!(server.seen(), [], "{status}");
    }
}

#[tokio::test]
async fn a_reference_that_is_none_is_not_asked_for() {
    let mut server = Server::start().await;
    for reference in ["ru/../microsoft", "ru/microsoft", "987654321"] {
        let placing = place(&server, reference, false).await;
        assert!(matches!(placing, Placing::Rejected(Rejection::OfferGone)), "{placing:?}");
    }
    assert_eq!(server.seen(), []);
}

#[tokio::test]
async fn payments_are_handed_on_as_they_are() {
    let mut server = Server::start().await;
    for body in [json!([{ "amount": 10.5 }]), json!({ "Total": 0 })] {
        server.will_answer(200, &body);
        assert_eq!(server.client.payments().await, Ok(body));
        let asked = server.seen().remove(0);
        assert_eq!((&*asked.line, asked.with_key), ("GET /v1/user/payments", true));
    }
    server.will_answer(403, &json!({}));
    let refused = UpstreamError::KeyRefused { route: "GET /user/payments" };
    assert_eq!(server.client.payments().await, Err(refused));
}

#[tokio::test]
async fn names_travel_as_they_are_and_never_as_another_path() {
    let mut server = Server::start().await;
    let name = "a b?c#d%2e";
    server.will_answer(200, &json!({ "ru": { "V 1": { "cost": 0.1, "count": 1 } } }));
    server.will_answer(503, &json!("no numbers"));
    let request = PlaceRequest {
        key: &IdempotencyKey::from(KEY_OF_PURCHASE),
        service: name,
        country: "ru",
        kind: Kind::Activation,
        product: &ProductRef(format!("ru/V 1/{name}")),
        area_code: None,
        quantity: 1,
        max_cost: Money::from_raw(4_118),
    };
    let placing = server.client.place(&request).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NoNumbers)), "{placing:?}");
    let expected = [
        "GET /v1/guest/prices?product=a+b%3Fc%23d%252e&country=ru",
        "GET /v1/user/buy/activation/ru/V%201/a%20b%3Fc%23d%252e",
    ];
    assert_eq!(server.lines(), expected);
}

#[tokio::test]
async fn recent_orders_are_read_until_they_reach_back_or_end() {
    let at = |minute: u32| format!("2026-05-27T08:{minute:02}:00");
    let page = |minutes: &[u32]| {
        let orders = minutes.iter().map(|it| order(u64::from(*it), "PENDING", &at(*it)));
        Value::Array(orders.collect())
    };
    // 2026-05-27T08:30:00.900Z.
    let since = Timestamp(1_779_870_600_900);
    for (pages, found, reads) in [
        // Newest first and back before `since`: no need for more.
        (vec![page(&[40, 30, 20])], vec![40, 30], 1),
        // Not yet back before it; an order that was pushed onto the next page comes again and counts once.
        (vec![page(&[40, 35]), page(&[35, 20])], vec![40, 35], 2),
        // Oldest first, or without any order: everything is read.
        (vec![page(&[10, 20]), page(&[30, 40]), page(&[])], vec![40, 30], 3),
        (vec![page(&[20, 5, 10]), page(&[40]), page(&[])], vec![40], 3),
        // One order shows no order.
        (vec![page(&[20]), page(&[40]), page(&[])], vec![40], 3),
        (vec![page(&[])], vec![], 1),
    ] {
        let mut server = Server::start().await;
        for page in &pages {
            server.will_answer(200, page);
        }
        let orders = server.client.recent_orders(since).await.unwrap();
        let ids: Vec<u64> = orders.iter().map(|it| it.id.as_str().parse().unwrap()).collect();
        assert_eq!((ids, server.lines().len()), (found, reads), "{pages:?}");
    }
}

#[tokio::test]
async fn pages_are_asked_for_by_what_has_come_and_not_for_ever() {
    let mut server = Server::start().await;
    let page: Vec<_> = (0..3).map(|id| order(id, "PENDING", "2026-05-27T08:40:00")).collect();
    for _ in 0..100 {
        server.will_answer(200, &json!(page));
    }
    let error = server.client.recent_orders(START).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
    let lines = server.lines();
    assert_eq!(lines.len(), 100);
    assert_eq!(lines[1], "GET /v1/user/orders?category=activation&limit=100&offset=3");
}

#[tokio::test]
async fn a_list_without_times_cannot_settle_anything() {
    let server = Server::start().await;
    let mut timeless = order(1, "PENDING", "2026-05-27T08:00:00");
    timeless.as_object_mut().unwrap().remove("created_at");
    server.will_answer(200, &json!([order(2, "PENDING", "2026-05-27T08:00:00"), timeless]));
    let error = server.client.recent_orders(START).await.unwrap_err();
    let field = "[1].created_at".to_owned();
    assert_eq!(error, UpstreamError::Malformed { route: "GET /user/orders", field });
}

#[tokio::test]
async fn only_the_orders_own_status_says_that_it_is_cancelled() {
    let id = UpstreamOrderId::from("123");
    for (status, answer) in [
        ("CANCELED", CancelAnswer::Cancelled),
        ("RECEIVED", CancelAnswer::NotOpen),
        ("BANNED", CancelAnswer::NotOpen),
    ] {
        let mut server = Server::start().await;
        server.will_answer(200, &json!({ "message": "done" }));
        server.will_answer(200, &order(123, status, "2026-05-27T08:00:00"));
        assert_eq!(server.client.cancel(&id).await, Ok(answer), "{status}");
        assert_eq!(server.lines(), ["GET /v1/user/cancel/123", "GET /v1/user/check/123"]);
    }
    let server = Server::start().await;
    server.will_answer(200, &json!({}));
    server.will_answer(200, &order(124, "CANCELED", "2026-05-27T08:00:00"));
    let error = server.client.cancel(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
}

/// Taken for a refusal, the customer would be told that the number cannot be given back, and nobody would try again.
#[tokio::test]
async fn a_success_after_which_the_order_is_still_open_is_no_answer_to_a_cancel() {
    let server = Server::start().await;
    server.will_answer(200, &json!({ "error": "with status 200" }));
    server.will_answer(200, &order(123, "PENDING", "2026-05-27T08:00:00"));
    let error = server.client.cancel(&UpstreamOrderId::from("123")).await.unwrap_err();
    let field = "the body, while the order is still open".to_owned();
    assert_eq!(error, UpstreamError::Malformed { route: "GET /user/cancel/{id}", field });
}

#[tokio::test]
async fn a_listing_names_countries_and_services_and_leaves_out_what_cannot_be_bought() {
    let mut server = Server::start().await;
    server.will_answer(
        200,
        &json!({
            "ru": { "microsoft": {
                "Virtual1": { "cost": 0.4118, "count": 5 },
                "Virtual2": { "cost": 0.5, "count": 0 },
                "any": { "cost": 0.4118, "count": 5 }
            } },
            "xx": { "1688": { "a/b": { "cost": 1, "count": 1 } } }
        }),
    );
    let listing = server.client.listing().await.unwrap();
    let countries: Vec<_> =
        listing.countries.iter().map(|it| (&*it.key, &*it.name, &*it.flag)).collect();
    assert_eq!(countries, [("ru", "Russia", "🇷🇺"), ("xx", "Xx", "")]);
    let services: Vec<_> = listing.services.iter().map(|it| (&*it.key, &*it.name)).collect();
    assert_eq!(services, [("1688", "1688"), ("microsoft", "Microsoft")]);
    let offers: Vec<_> = listing
        .offers
        .iter()
        .map(|it| (it.product.as_str(), it.cost.money.raw(), it.stock))
        .collect();
    let expected = [
        ("ru/Virtual1/microsoft", 4_118, Some(5)),
        ("ru/Virtual2/microsoft", 5_000, Some(0)),
        ("ru/any/microsoft", 4_118, Some(5)),
    ];
    assert_eq!(offers, expected);
    assert_eq!(server.lines(), ["GET /v1/guest/prices"]);

    for bad in [
        json!({ "ru": { "microsoft": { "Virtual1": { "cost": -0.1, "count": 5 } } } }),
        json!({ "russia": { "microsoft": { "Virtual1": { "cost": 0.1, "count": 5 } } } }),
    ] {
        server.will_answer(200, &bad);
        let error = server.client.listing().await.unwrap_err();
        assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_number_is_banned_and_finished_by_the_documented_calls() {
    let mut server = Server::start().await;
    let id = UpstreamOrderId::from("123");
    server.will_answer(200, &json!({}));
    server.will_answer(200, &json!({}));
    server.will_answer(400, &json!({ "error": "invalid state" }));
    assert_eq!(server.client.ban(&id).await, Ok(()));
    assert_eq!(server.client.finish(&id).await, Ok(()));
    let code = "status 400".to_owned();
    let refused = UpstreamError::Refused { route: "GET /user/finish/{id}", code };
    assert_eq!(server.client.finish(&id).await, Err(refused));
    assert_eq!(server.client.resend(&id).await, Ok(false));
    let expected = ["GET /v1/user/ban/123", "GET /v1/user/finish/123", "GET /v1/user/finish/123"];
    assert_eq!(server.lines(), expected);
}

#[test]
fn settings_that_cannot_work_are_refused_and_nothing_shows_the_key() {
    let hand = ManualClock::starting_at(START);
    let settings = |base_url: &str, key: &str| Settings {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(key),
        timeout: Duration::from_secs(10),
        clock: hand.clock(),
        budget: Budget::without_limits(hand.clock()),
    };
    let good = settings(BASE_URL, KEY);
    assert!(!format!("{good:?}").contains(KEY));
    let client = SmsBuyz::new(good.clone()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    assert_eq!(client.capabilities().provider, "smsbuyz");
    for url in ["", "smsbuyz.com/v1", "ftp://host/v1", "https://me:pw@host/v1", "https://h/v1?a"] {
        let refused = SmsBuyz::new(settings(url, KEY));
        assert!(matches!(refused, Err(SettingsError::BaseUrl)), "{url}");
    }
    for key in ["", "  ", "two\nlines"] {
        let refused = SmsBuyz::new(settings(BASE_URL, key));
        assert!(matches!(refused, Err(SettingsError::ApiKey)), "{key:?}");
    }
    let hasty = Settings { timeout: Duration::ZERO, ..good };
    assert!(matches!(SmsBuyz::new(hasty), Err(SettingsError::Timeout)));
}
