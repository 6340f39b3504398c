//! What is really sent, and what is made of answers that are not as documented, seen by a server that answers every path
//! as the test says and reports every request.

use std::{
    collections::HashMap,
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
    ids::IdempotencyKey,
    money::Money,
    upstream::{
        CancelAnswer, ESIM_COUNTRY, Kind, PlaceRequest, Placing, Rejection, Upstream,
        UpstreamError, budget::Budget,
    },
};

/// A request and its place on its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    line: String,
    body: String,
    place: u32,
}

/// By path, whatever the query.
type Answers = Arc<Mutex<HashMap<String, (u16, String)>>>;

struct Server {
    client: SmsVerificationService,
    answers: Answers,
    seen: UnboundedReceiver<Seen>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base_url = format!("http://{}/api/v1/", listener.local_addr().unwrap());
        let (report, seen) = unbounded_channel();
        let answers = Answers::default();
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

    /// From now on, under `/api/v1`.
    fn answers(&self, path: &str, status: u16, body: &Value) {
        self.answers_raw(path, status, &body.to_string());
    }

    fn answers_raw(&self, path: &str, status: u16, body: &str) {
        self.answers.lock().unwrap().insert(format!("/api/v1{path}"), (status, body.to_owned()));
    }

    fn seen(&mut self) -> Vec<Seen> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }

    fn lines(&mut self) -> Vec<String> {
        self.seen().into_iter().map(|it| it.line).collect()
    }
}

/// Keeps its connection open until the other side closes it. Every request must have the headers of the document.
async fn serve(mut stream: TcpStream, report: UnboundedSender<Seen>, answers: Answers) {
    let mut place = 0;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        place += 1;
        let head = String::from_utf8(head).unwrap();
        let header = |name: &str| {
            let start = format!("{name}: ");
            head.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
        };
        assert_eq!(header("authorization"), Some(format!("Bearer {KEY}")));
        assert_eq!(header("accept").as_deref(), Some("application/json"));
        let content_type = header("content-type");
        let expected = head.starts_with("POST ").then_some("application/json");
        assert_eq!(content_type.as_deref(), expected);
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let path = line.split([' ', '?']).nth(1).unwrap().to_owned();
        report.send(Seen { line, body: String::from_utf8(body).unwrap(), place }).unwrap();
        let (status, body) = answers.lock().unwrap().get(&path).unwrap().clone();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Words\r\nlocation: /api/v1/elsewhere/\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

fn services(services: &Value) -> Value {
    json!({ "success": true, "data": { "services": services } })
}

fn whatsapp() -> Value {
    services(&json!([{ "service_id": 1012, "name": "WhatsApp", "price": 0.40 }]))
}

fn bought() -> Value {
    json!({
        "success": true,
        "data": { "order_id": 458_731, "phone": "+1 415 555 0123", "status": "pending" }
    })
}

/// An order's status, of another order than the path's when that is not 458731.
fn shown(id: u64, status: &str, otp: Option<&str>) -> Value {
    json!({
        "success": true,
        "data": {
            "order_id": id, "status": status, "otp": otp, "message": null,
            "phone": "+1 415 555 0123"
        }
    })
}

const ORDER: &str = "458731";
const STATUS: &str = "/order/458731/status/";
const CANCEL: &str = "/order/458731/cancel/";

async fn place(server: &Server, again: bool) -> Placing {
    let request = PlaceRequest {
        key: &IdempotencyKey::from("k1"),
        service: "whatsapp",
        country: "us",
        kind: Kind::Activation,
        product: &ProductRef::from("temporary/1012"),
        area_code: None,
        quantity: 1,
        max_cost: Money::from_raw(4_000),
    };
    if again {
        server.client.place_again(&request).await
    } else {
        server.client.place(&request).await
    }
}

#[tokio::test]
async fn a_purchase_is_the_only_request_on_its_connection_and_ends_with_a_slash() {
    let mut server = Server::start().await;
    server.answers("/services/temporary/", 200, &whatsapp());
    server.answers("/order/temporary/", 201, &bought());
    for look in 1..=2 {
        one(place(&server, false).await);
        let seen = |line: &str, body: &str, place| Seen {
            line: line.to_owned(),
            body: body.to_owned(),
            place,
        };
        let expected = [
            seen("GET /api/v1/services/temporary/", "", look),
            seen("POST /api/v1/order/temporary/", r#"{"service_id":1012}"#, 1),
        ];
        assert_eq!(server.seen(), expected);
    }
}

#[tokio::test]
async fn a_purchase_follows_no_redirect_and_is_never_repeated() {
    for status in [301, 307, 500, 503] {
        let mut server = Server::start().await;
        server.answers("/services/temporary/", 200, &whatsapp());
        server.answers("/order/temporary/", status, &json!({}));
        let placing = place(&server, false).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{status}: {placing:?}");
        assert_eq!(server.seen().len(), 2, "{status}");
        let again = place(&server, true).await;
        assert!(matches!(again, Placing::Unknown(_)), "{again:?}");
        assert_eq!(server.seen(), [], "{status}");
    }
}

#[tokio::test]
async fn a_refusal_in_a_success_sold_nothing_and_a_read_that_is_one_is_unreadable() {
    let server = Server::start().await;
    let refused = json!({ "success": false, "error": "Insufficient balance" });
    server.answers("/services/temporary/", 200, &whatsapp());
    server.answers("/order/temporary/", 200, &refused);
    let placing = place(&server, false).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::UpstreamFunds)), "{placing:?}");
    server.answers("/services/temporary/", 200, &json!({ "success": false, "error": "Later" }));
    let placing = place(&server, false).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NotNow { .. })), "{placing:?}");
    server.answers(STATUS, 200, &json!({ "success": false, "error": "Order not found" }));
    let error = server.client.order(&UpstreamOrderId::from(ORDER)).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
}

#[tokio::test]
async fn only_the_lists_that_matter_are_read() {
    let mut server = Server::start().await;
    for list in ["temporary", "best-temp", "rent-1day", "rent-30days"] {
        server.answers(&format!("/services/{list}/"), 200, &whatsapp());
    }
    server.answers("/services/rental/", 200, &json!([]));
    server.answers("/services/esim/", 200, &json!([]));
    let nothing = json!({ "country_id": 4, "country_name": "United Kingdom", "offers": [] });
    server.answers("/global/services/", 200, &nothing);
    assert_eq!(server.client.offers("whatsapp", "us").await.unwrap().len(), 4);
    let mut lines = server.lines();
    lines.sort();
    let list = |name: &str| format!("GET /api/v1/services/{name}/");
    let expected =
        ["best-temp", "rent-1day", "rent-30days", "rental", "temporary"].map(list).to_vec();
    assert_eq!(lines, expected);
    assert_eq!(server.client.offers("whatsapp", "4").await, Ok(vec![]));
    assert_eq!(server.lines(), ["GET /api/v1/global/services/?country_id=4"]);
    assert_eq!(server.client.offers("whatsapp", ESIM_COUNTRY).await, Ok(vec![]));
    assert_eq!(server.lines(), [list("esim")]);
    assert_eq!(server.client.offers("whatsapp", "nowhere").await, Ok(vec![]));
    assert_eq!(server.lines(), [""; 0]);
}

#[tokio::test]
async fn the_same_name_in_other_letters_is_the_same_service() {
    let server = Server::start().await;
    server.answers("/services/temporary/", 200, &whatsapp());
    let other = json!([{ "service_id": 7, "name": "  whatsApp ", "price": 1 }]);
    server.answers("/services/best-temp/", 200, &services(&other));
    for list in ["rent-1day", "rent-30days"] {
        server.answers(&format!("/services/{list}/"), 200, &services(&json!([])));
    }
    server.answers("/services/rental/", 200, &json!([]));
    server.answers("/services/esim/", 200, &json!([]));
    server.answers("/global/countries/", 200, &json!({ "countries": [] }));
    let listing = server.client.listing().await.unwrap();
    let services: Vec<_> = listing.services.iter().map(|it| (&*it.key, &*it.name)).collect();
    assert_eq!(services, [("whatsapp", "WhatsApp")]);
    let products: Vec<_> = listing.offers.iter().map(|it| it.product.as_str()).collect();
    assert_eq!(products, ["temporary/1012", "best/7"]);
}

#[tokio::test]
async fn an_answer_about_another_thing_is_not_taken() {
    let server = Server::start().await;
    let id = UpstreamOrderId::from(ORDER);
    let field = |error: UpstreamError| match error {
        UpstreamError::Malformed { field, .. } => field,
        other => panic!("{other:?}"),
    };
    let another = "data.order_id, which is another order's";
    server.answers(STATUS, 200, &shown(458_732, "completed", Some("548921")));
    assert_eq!(field(server.client.order(&id).await.unwrap_err()), another);
    let cancelled =
        |id: u64| json!({ "success": true, "data": { "order_id": id, "status": "cancelled" } });
    server.answers(CANCEL, 200, &cancelled(458_732));
    assert_eq!(field(server.client.cancel(&id).await.unwrap_err()), another);
    server.answers(CANCEL, 200, &cancelled(458_731));
    assert_eq!(server.client.cancel(&id).await, Ok(CancelAnswer::Cancelled));

    let global = |country: u64, inner: u64| {
        json!({ "country_id": country, "country_name": "Germany", "offers": [{
            "service_id": 1012, "service_name": "WhatsApp", "country_id": inner,
            "country_name": "Germany", "sell_price": 0.95, "price": 0.95
        }] })
    };
    for (country, inner) in [(17, 17), (4, 17)] {
        server.answers("/global/services/", 200, &global(country, inner));
        let error = server.client.offers("whatsapp", "4").await.unwrap_err();
        assert!(field(error).ends_with("country_id, which is another's"));
    }
}

#[tokio::test]
async fn a_completed_order_without_an_sms_is_unreadable_and_a_pending_one_is_not() {
    let server = Server::start().await;
    let id = UpstreamOrderId::from(ORDER);
    server.answers(STATUS, 200, &shown(458_731, "completed", None));
    let error = server.client.order(&id).await.unwrap_err();
    let field = "data.otp".to_owned();
    assert_eq!(error, UpstreamError::Malformed { route: "GET order/{order_id}/status/", field });
    server.answers(STATUS, 200, &shown(458_731, "pending", None));
    assert_eq!(server.client.order(&id).await.unwrap().status, UpstreamStatus::Active);
    server.answers(STATUS, 200, &shown(458_731, "refunded", None));
    let field = "data.status (`refunded`)".to_owned();
    let error = server.client.order(&id).await.unwrap_err();
    assert_eq!(error, UpstreamError::Malformed { route: "GET order/{order_id}/status/", field });
}

#[tokio::test]
async fn only_the_word_cancelled_is_taken_for_a_refund() {
    let server = Server::start().await;
    let id = UpstreamOrderId::from(ORDER);
    let answer = |status: &str| json!({ "success": true, "data": { "order_id": 458_731, "status": status } });
    for status in ["completed", "expired"] {
        server.answers(CANCEL, 200, &answer(status));
        assert_eq!(server.client.cancel(&id).await, Ok(CancelAnswer::NotOpen), "{status}");
    }
    for status in ["pending", "active", "refunded"] {
        server.answers(CANCEL, 200, &answer(status));
        let error = server.client.cancel(&id).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Malformed { .. }), "{status}: {error:?}");
    }
    for body in ["", "{}", "[]", "cancelled", r#"{"success": false, "error": "No"}"#] {
        server.answers_raw(CANCEL, 200, body);
        let error = server.client.cancel(&id).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Malformed { .. }), "{body}: {error:?}");
    }
    let refused = json!({ "success": false, "error": "Order cannot be cancelled" });
    server.answers(CANCEL, 400, &refused);
    assert_eq!(server.client.cancel(&id).await, Ok(CancelAnswer::NotOpen));
    server.answers(CANCEL, 404, &json!({ "success": false, "error": "Order not found" }));
    let error = server.client.cancel(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn garbage_in_place_of_any_list_is_an_error_that_names_it() {
    for body in ["", "null", "{}", "[1]", "true", "<p>busy</p>", r#"{"success": true}"#, "[{}]"] {
        let server = Server::start().await;
        for path in [
            "/balance/",
            "/wallet/balance/",
            "/services/temporary/",
            "/services/rental/",
            "/services/esim/",
            "/global/countries/",
            "/global/services/",
            "/orders/",
            STATUS,
        ] {
            server.answers_raw(path, 200, body);
        }
        let (client, list) = (&server.client, product::List::Temporary);
        let errors = [
            client.balance().await.err(),
            client.wallet_balance().await.err(),
            client.services(list).await.err(),
            client.rentals().await.err(),
            client.plans().await.err(),
            client.countries().await.err(),
            client.global_services(4).await.err(),
            client.recent_orders(START).await.err(),
            client.order(&UpstreamOrderId::from(ORDER)).await.err(),
        ];
        for error in errors {
            assert!(matches!(error, Some(UpstreamError::Malformed { .. })), "{body}: {error:?}");
        }
    }
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
    let client = SmsVerificationService::new(good.clone()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    assert_eq!(client.capabilities().provider, "smsverificationservice");
    // The document names the host alone.
    for url in ["https://smsverificationservice.com", "https://smsverificationservice.com/"] {
        let client = SmsVerificationService::new(settings(url, KEY)).unwrap();
        assert_eq!(client.base.as_str(), BASE_URL);
    }
    for url in ["", "host/api/v1", "ftp://host/v1", "https://me:pw@host/v1", "https://h/v1?a"] {
        let refused = SmsVerificationService::new(settings(url, KEY));
        assert!(matches!(refused, Err(SettingsError::BaseUrl)), "{url}");
    }
    for key in ["", "  ", "two\nlines"] {
        let refused = SmsVerificationService::new(settings(BASE_URL, key));
        assert!(matches!(refused, Err(SettingsError::ApiKey)), "{key:?}");
    }
    let hasty = Settings { timeout: Duration::ZERO, ..good };
    assert!(matches!(SmsVerificationService::new(hasty), Err(SettingsError::Timeout)));
}
