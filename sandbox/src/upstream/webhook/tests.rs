use tokio::{net::TcpListener, task::JoinSet};

use super::*;
use crate::upstream::{
    server::{Answer, Failure, Target},
    testing::{Hand, Listener, MINUTE_MS, NEVER, PATIENCE},
};

const SECRET: &str = "shared";
/// A provider that does nothing but push.
struct Pushes(Pusher);

impl Emulator for Pushes {
    const ROUTES: &'static [&'static str] = &[];

    fn target(&self, _: &Request) -> Option<Target> {
        None
    }

    fn answer(&self, _: &Request) -> Answer {
        Answer::new(404, Value::Null)
    }

    fn failure(&self, _: Failure) -> Answer {
        Answer::new(500, Value::Null)
    }

    fn common_headers(&self, _: u64) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn control(&self, _: &str, _: &Request) -> Option<Answer> {
        None
    }
}

impl Pushing for Pushes {
    fn pusher(&self) -> &Pusher {
        &self.0
    }

    fn settle(&self) {}
}

/// A running sender to a listener.
struct Post {
    hand: Hand,
    pusher: Pusher,
    changes: Changes,
    listener: Listener,
    _task: JoinSet<()>,
}

impl Post {
    async fn open(policy: Policy) -> Self {
        let (hand, changes, listener) = (Hand::new(), Changes::new(), Listener::open().await);
        let pusher = Pusher::new(hand.clock());
        pusher.set_receiver(Some(Receiver::on_loopback(&listener.url, policy).unwrap()));
        let mut task = JoinSet::new();
        task.spawn(run(Arc::new(Pushes(pusher.clone())), changes.clone()));
        Self { hand, pusher, changes, listener, _task: task }
    }

    async fn signed() -> Self {
        Self::open(Policy::Signed { header: "x-signature", secret: SECRET.to_owned() }).await
    }

    fn push(&self, order: u64) {
        self.pusher.push("happened", Some(order), &json!(order));
    }

    /// The outcomes, once there are so many.
    async fn outcomes(&self, count: usize) -> Vec<Outcome> {
        let all = || {
            let book = self.pusher.book();
            (book.len() >= count).then(|| book.iter().map(|sent| sent.outcome).collect())
        };
        self.changes.wait_for(PATIENCE, all).await.unwrap()
    }
}

#[tokio::test]
async fn a_push_is_signed_over_its_bytes_and_written_down() {
    let mut post = Post::signed().await;
    post.push(7);
    let (headers, body) = post.listener.next().await;
    assert_eq!(
        (&headers["content-type"], body.as_str()),
        (&"application/json".parse().unwrap(), "7")
    );
    // echo -n 7 | openssl dgst -sha256 -hmac shared
    assert_eq!(
        headers["x-signature"],
        "6c4248a2e1430ee1c104e217ed433bca63b5581b276998659512e08b82cc01c0"
    );
    post.outcomes(1).await;
    assert_eq!(
        post.pusher.book(),
        [Sent {
            at_ms: post.hand.clock().now_ms(),
            event: "happened",
            order: Some(7),
            attempt: 1,
            outcome: Outcome::Answered(200)
        }]
    );
}

#[tokio::test]
async fn a_signed_push_is_never_repeated() {
    let post = Post::signed().await;
    post.listener.answers(500);
    post.push(1);
    assert_eq!(post.outcomes(1).await, [Outcome::Answered(500)]);
    post.hand.advance(60 * MINUTE_MS);
    post.listener.answers(NEVER);
    post.push(2);
    let mut listener = post.listener;
    assert_eq!((listener.next_body().await, listener.next_body().await), ("1".into(), "2".into()));
    post.hand.advance(3_000);
    let all = || (post.pusher.book().len() == 2).then(|| post.pusher.book()[1].outcome);
    assert_eq!(post.changes.wait_for(PATIENCE, all).await, Ok(Outcome::NoAnswer));
}

#[tokio::test]
async fn an_unsigned_push_is_repeated_with_growing_waits_until_it_is_taken() {
    let mut post = Post::open(Policy::Unsigned).await;
    post.listener.answers(503);
    post.push(1);
    let (headers, body) = post.listener.next().await;
    assert_eq!((headers.get("x-signature"), body.as_str()), (None, "1"));
    post.outcomes(1).await;
    for (wait_ms, so_far) in [(5_000, 2), (10_000, 3), (20_000, 4)] {
        post.hand.advance(wait_ms - 1);
        // Whatever is due goes first, so this one shows that the repetition is not.
        post.listener.answers(200);
        post.push(2);
        assert_eq!(post.listener.next_body().await, "2");
        post.listener.answers(302);
        post.hand.advance(1);
        assert_eq!(post.listener.next_body().await, "1", "{so_far}");
        post.outcomes(2 * so_far - 1).await;
    }
    post.listener.answers(204);
    post.hand.advance(40_000);
    assert_eq!(post.outcomes(8).await[7], Outcome::Answered(204));
    post.hand.advance(48 * 60 * MINUTE_MS);
    post.push(3);
    assert_eq!(
        (post.listener.next_body().await, post.listener.next_body().await),
        ("1".into(), "3".into())
    );
}

#[tokio::test]
async fn an_unsigned_push_is_given_up_after_a_day() {
    let post = Post::open(Policy::Unsigned).await;
    post.listener.answers(500);
    post.push(1);
    let mut waited_ms = 0;
    let mut attempts = 1;
    post.outcomes(attempts).await;
    while post.pusher.with(|desk| !desk.waiting.is_empty()) {
        let wait_ms = FIRST_WAIT_MS << (attempts - 1);
        waited_ms += wait_ms;
        attempts += 1;
        post.hand.advance(wait_ms);
        post.outcomes(attempts).await;
    }
    assert!((12..24).contains(&(waited_ms / 60 / MINUTE_MS)), "{waited_ms}");
    assert!(waited_ms + (FIRST_WAIT_MS << (attempts - 1)) > REPEATED_FOR_MS);
}

#[tokio::test]
async fn every_fault_does_what_it_says() {
    let mut post = Post::signed().await;
    let good = |body: &str| (body.to_owned(), sign(SECRET, body.as_bytes()));
    let mut next = async || {
        let (headers, body) = post.listener.next().await;
        (body, headers["x-signature"].to_str().unwrap().to_owned())
    };
    let hand_over = |fault, order: u64| {
        post.pusher.fault_once(fault);
        post.pusher.push("happened", Some(order), &json!(order));
    };
    let plain = |order: u64| post.pusher.push("happened", Some(order), &json!(order));
    hand_over(PushFault::Lose, 1);
    hand_over(PushFault::Duplicate, 2);
    assert_eq!([next().await, next().await], [good("2"), good("2")]);
    hand_over(PushFault::Reorder, 3);
    hand_over(PushFault::Reorder, 4);
    plain(5);
    assert_eq!([next().await, next().await, next().await], [good("5"), good("3"), good("4")]);
    hand_over(PushFault::Delay(1_000), 6);
    plain(7);
    assert_eq!(next().await, good("7"));
    post.hand.advance(1_000);
    assert_eq!(next().await, good("6"));
    hand_over(PushFault::Forge, 8);
    let (body, signature) = next().await;
    assert!(body == "8" && signature.len() == 64 && signature != good("8").1);
    hand_over(PushFault::Garbage, 9);
    let (body, signature) = next().await;
    assert!(serde_json::from_str::<Value>(&body).is_err());
    assert_eq!(signature, sign(SECRET, body.as_bytes()));
    plain(10);
    assert_eq!(next().await, good("10"));
    let lost = |sent: &&Sent| sent.outcome == Outcome::Lost;
    assert_eq!(
        post.pusher.book().iter().filter(lost).map(|sent| sent.order).collect::<Vec<_>>(),
        [Some(1)]
    );
    assert_eq!(post.pusher.fault_rules(), []);
}

#[tokio::test]
async fn nothing_is_kept_for_nobody_and_nothing_leaves_the_machine() {
    let mut post = Post::signed().await;
    post.pusher.set_receiver(None);
    post.push(1);
    let policy = || Policy::Signed { header: "x-signature", secret: SECRET.to_owned() };
    let elsewhere = Receiver { url: "https://example.com".to_owned(), policy: policy() };
    post.pusher.set_receiver(Some(elsewhere));
    post.push(2);
    assert_eq!(post.outcomes(1).await, [Outcome::NotLoopback]);
    // A port that was just free.
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    post.pusher.set_receiver(Some(Receiver { url, policy: policy() }));
    post.push(3);
    assert_eq!(post.outcomes(2).await[1], Outcome::NoConnection);
    let receiver = Receiver { url: post.listener.url.clone(), policy: policy() };
    post.pusher.set_receiver(Some(receiver));
    assert_eq!(post.pusher.push_now("now", &json!(4)).await, Outcome::Answered(200));
    assert_eq!(post.listener.next_body().await, "4");
}

#[test]
fn rules_read_from_the_json_that_the_control_route_takes() {
    for (body, rule) in [
        (
            json!({ "fault": "lose", "times": 2 }),
            PushRule { fault: PushFault::Lose, times: Some(2) },
        ),
        (
            json!({ "fault": { "delay": 50 } }),
            PushRule { fault: PushFault::Delay(50), times: None },
        ),
    ] {
        assert_eq!(serde_json::from_value::<PushRule>(body).unwrap(), rule);
    }
}
