use std::net::Ipv4Addr;

use bot_core::{
    clock::{ManualClock, Timestamp},
    pricing::{PriceRise, Pricing},
    random::Random,
    rights::StaffRules,
    shop::{Lateness, Settings, Shop},
    store::Store,
    text::Texts,
    upstream::{
        budget::Budget,
        smscode::{self, SmsCode, Version},
    },
};
use sandbox::upstream::webhook::sign;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const SECRET: &str = "a-secret";
const EVENT: &str = r#"{"event":"order.otp_received","timestamp":"2026-02-25T12:00:00+00:00","data":{"order_id":1,"otp_code":"1234","otp_message":null}}"#;

/// A server before a shop without orders, whose clock stands.
struct House {
    server: Server,
    path: String,
    clock: ManualClock,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

impl House {
    async fn open(secret: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("shop.db").display());
        let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000));
        let api_key = SecretString::from("key");
        let route = Route::new("smscode-v2", &api_key);
        // Nobody asks the provider anything here.
        let upstream = smscode::Settings {
            version: Version::V2,
            base_url: "http://127.0.0.1:1/v2".to_owned(),
            api_key,
            timeout: Duration::from_secs(1),
            clock: clock.clock(),
            budget: Budget::without_limits(clock.clock()),
        };
        let settings = Settings {
            name: "Corner Shop".to_owned(),
            owners: vec![],
            pricing: Pricing::default(),
            price_rise: PriceRise::default(),
            lateness: Lateness::default(),
            staff: StaffRules::default(),
            deposit: None,
            random: Random::seeded(1),
        };
        let shop = Shop::new(
            Store::open(&url).await.unwrap(),
            clock.clock(),
            Arc::new(SmsCode::new(upstream).unwrap()),
            Texts::load().unwrap(),
            settings,
        );
        let path = route.path();
        let hook = Hook::new(shop, clock.clock(), route, secret.map(SecretString::from));
        let (stop, stopping) = watch::channel(false);
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server =
            Server::start(any_port, Arc::new(hook), clock.clock(), stopping).await.unwrap();
        Self { server, path, clock, stop, _folder: folder }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address()).await.unwrap()
    }

    /// The status of the answer to one request.
    async fn says(&self, method: &str, path: &str, signature: &str, body: &str) -> u16 {
        let mut stream = self.connect().await;
        let head = head(method, path, signature, body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        status(&mut stream).await
    }

    async fn pushes(&self, signature: &str, body: &str) -> u16 {
        self.says("POST", &self.path, signature, body).await
    }
}

fn head(method: &str, path: &str, signature: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\nx-webhook-signature: {signature}\r\n\
         content-length: {length}\r\n\r\n"
    )
}

async fn status(stream: &mut TcpStream) -> u16 {
    let mut answer = Vec::new();
    // A server that closes early may reset what it has not read.
    let read = tokio::time::timeout(Duration::from_mins(1), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "no answer ever came");
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {answer:?}")).parse().unwrap()
}

fn signed(body: &str) -> String {
    sign(SECRET, body.as_bytes())
}

#[tokio::test]
async fn a_signed_push_is_taken_and_a_copy_of_it_known() {
    let house = House::open(Some(SECRET)).await;
    for _ in 0..2 {
        assert_eq!(house.pushes(&signed(EVENT), EVENT).await, 200);
    }
    let test = r#"{"event":"webhook.test","data":{}}"#;
    assert_eq!(house.pushes(&signed(test), test).await, 200);
    let counts = Counts { accepted: 1, copies: 1, ..Counts::default() };
    assert_eq!(house.server.counts(), counts);
}

#[tokio::test]
async fn what_is_not_rightly_signed_is_refused() {
    let house = House::open(Some(SECRET)).await;
    let another = sign("another", EVENT.as_bytes());
    for signature in ["", "00", &another, &signed("{}")] {
        assert_eq!(house.pushes(signature, EVENT).await, 401, "{signature}");
    }
    assert_eq!(house.server.counts(), Counts { forged: 4, ..Counts::default() });
}

#[tokio::test]
async fn without_a_secret_nothing_is_taken_until_there_is_one() {
    let house = House::open(None).await;
    let without_any = sign("", EVENT.as_bytes());
    assert_eq!(house.pushes(&without_any, EVENT).await, 401);
    house.server.hook.is_signed_with(SECRET.into());
    assert_eq!(house.pushes(&signed(EVENT), EVENT).await, 200);
}

#[tokio::test]
async fn garbage_is_told_from_a_forgery() {
    let house = House::open(Some(SECRET)).await;
    for garbage in ["", "<html>", r#"{"event":"order.expired"}"#] {
        assert_eq!(house.pushes(&signed(garbage), garbage).await, 400, "{garbage}");
    }
    assert_eq!(house.server.counts(), Counts { unreadable: 3, ..Counts::default() });
}

#[tokio::test]
async fn other_routes_methods_and_bodies_are_refused() {
    let house = House::open(Some(SECRET)).await;
    let (path, signature) = (house.path.clone(), signed(EVENT));
    assert_eq!(house.says("GET", "/healthz", "", "").await, 200);
    let wrong = [
        "/".to_owned(),
        "/hooks/smscode-v2".to_owned(),
        format!("/hooks/smscode-v2/{}", "0".repeat(32)),
        path.replace("smscode-v2", "smscode-v1"),
        format!("{path}/"),
    ];
    for path in &wrong {
        assert_eq!(house.says("POST", path, &signature, EVENT).await, 404, "{path}");
    }
    assert_eq!(house.says("GET", &path, "", "").await, 405);
    let long = " ".repeat(LARGEST_BODY + 1);
    assert_eq!(house.pushes(&signed(&long), &long).await, 413);
    assert_eq!(house.pushes(&signed(&long[1..]), &long[1..]).await, 400);
    assert_eq!(house.server.counts(), Counts { unreadable: 1, ..Counts::default() });
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
    let house = House::open(Some(SECRET)).await;
    let mut stream = house.connect().await;
    stream.write_all(head("POST", &house.path, "", 10).as_bytes()).await.unwrap();
    let answer = async {
        let answer = status(&mut stream);
        tokio::pin!(answer);
        loop {
            tokio::select! {
                status = &mut answer => break status,
                () = tokio::task::yield_now() => house.clock.advance(Duration::from_secs(1)),
            }
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_mins(1), answer).await, Ok(408));
}

#[tokio::test]
async fn what_has_begun_is_finished_and_nothing_more_begins() {
    let mut house = House::open(Some(SECRET)).await;
    let idle = house.connect().await;
    let mut begun = house.connect().await;
    let head = head("POST", &house.path, &signed(EVENT), EVENT.len());
    begun.write_all(format!("{head}{}", &EVENT[..10]).as_bytes()).await.unwrap();
    // Whoever is answered here came after the two above were accepted.
    assert_eq!(house.says("GET", "/healthz", "", "").await, 200);
    house.stop.send(true).unwrap();
    begun.write_all(&EVENT.as_bytes()[10..]).await.unwrap();
    assert_eq!(status(&mut begun).await, 200);
    let ended = tokio::time::timeout(Duration::from_mins(1), house.server.ended()).await;
    assert!(ended.is_ok(), "an idle connection keeps the server open");
    drop(idle);
    assert!(TcpStream::connect(house.server.address()).await.is_err());
    assert_eq!(house.server.counts(), Counts { accepted: 1, ..Counts::default() });
}

#[tokio::test]
async fn a_server_that_is_dropped_is_gone_with_its_connections() {
    let house = House::open(Some(SECRET)).await;
    let mut open = house.connect().await;
    assert_eq!(house.says("GET", "/healthz", "", "").await, 200);
    drop(house);
    let read = tokio::time::timeout(Duration::from_mins(1), open.read(&mut [0; 1])).await.unwrap();
    assert!(!matches!(read, Ok(1..)), "{read:?}");
}
