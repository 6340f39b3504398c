//! From a tap to its answer, through the Telegram emulator and the whole shop, beside a bot that only answers.
//!
//! What counts is `answerCallbackQuery`: it goes out when the shop has done its work (for *Pay*: committed the order and
//! the hold), and Telegram does not limit it. Screens do not count: 30 a second is all that Telegram takes from a bot.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    Outcome, ROUNDS,
    stage::{Noted, Scene, Stage, TOKEN},
    stats::{Round, now},
    table,
};

/// How fast people tap, and how many do.
#[derive(Clone, Copy)]
enum Pace {
    /// One after the other at this interval.
    Every(Duration, i64),
    /// Within the same moment.
    AllAtOnce(i64),
}

/// Well below Telegram's limits.
const GENTLE: Duration = Duration::from_millis(100);

const CROWDS: [i64; 2] = [500, 1_200];
const BUYERS: i64 = 20;

/// How the data of buttons begin that lead to the services, to one's countries, to a price, and to an order.
const SERVICES: &str = "1s";
const COUNTRIES: &str = "1c";
const PRICE: &str = "1q";
const PAY: &str = "1B";

const PACES: [(&str, Pace); 3] = [
    ("10/s", Pace::Every(GENTLE, 30)),
    ("100/s", Pace::Every(Duration::from_millis(10), 200)),
    ("200 at once", Pace::AllAtOnce(200)),
];

impl Pace {
    fn people(self) -> i64 {
        match self {
            Self::Every(_, people) | Self::AllAtOnce(people) => people,
        }
    }
}

/// A person and what they press.
struct Tap {
    person: i64,
    message: i64,
    data: String,
}

/// One pace through all steps.
#[derive(Default)]
struct Measured {
    empty: Vec<Round>,
    browse: Vec<Round>,
    quote: Vec<Round>,
    pay: Vec<Round>,
    number: Vec<Round>,
}

pub async fn run() -> Outcome<()> {
    let mut rows = Vec::new();
    let mut numbers = Vec::new();
    for (name, pace) in PACES {
        let mut measured = Measured::default();
        for _ in 0..ROUNDS {
            measured.empty.push(empty(pace).await?);
            browse(pace, &mut measured).await?;
            buy(pace, &mut measured).await?;
        }
        let base = Round::median(&measured.empty);
        for (step, rounds) in [
            ("a bot that only answers", &measured.empty),
            ("menu: a service's countries", &measured.browse),
            ("price: lock a quote", &measured.quote),
            ("pay: order, hold and job in one commit", &measured.pay),
        ] {
            rows.push(row(name, pace, step, Round::median(rounds), base));
        }
        if !measured.number.is_empty() {
            let number = Round::median(&measured.number);
            let times = [number.p50, number.p99].map(table::milliseconds);
            numbers.push([vec![name.to_owned()], times.to_vec()].concat());
        }
    }
    table::print(
        "Answering taps",
        "From the tap to `answerCallbackQuery`, over HTTP on loopback; shop, emulators and people share the machine. \
         Telegram's limit on screens (30/s) is obeyed and not measured here.",
        &["taps", "step", "handled", "of bare", "p50", "p99", "p50 of bare"],
        &rows,
    )?;
    table::print(
        "From *Pay* to the number on the screen",
        "With the provider's three calls in between. Not measured at the faster paces: a purchase edits its card up to \
         twice, so from 15 a second on this would be Telegram's limit and no figure of the shop's.",
        &["purchases", "p50", "p99"],
        &numbers,
    )?;
    crowds().await
}

fn row(name: &str, pace: Pace, step: &str, round: Round, base: Round) -> Vec<String> {
    // At a given pace the rate says nothing.
    let (rate, share) = match pace {
        Pace::Every(..) => ("-".to_owned(), "-".to_owned()),
        Pace::AllAtOnce(_) => {
            (table::per_second(round.per_second), table::ratio(round.per_second, base.per_second))
        }
    };
    vec![
        name.to_owned(),
        step.to_owned(),
        rate,
        share,
        table::milliseconds(round.p50),
        table::milliseconds(round.p99),
        table::ratio(round.p50.as_secs_f64(), base.p50.as_secs_f64()),
    ]
}

/// Taps at the pace until all are answered: how long each answer took, and all of them.
async fn tap(scene: &Scene, pace: Pace, taps: &[Tap]) -> Outcome<(Vec<Duration>, Duration)> {
    let start = now();
    let mut asked = Vec::with_capacity(taps.len());
    for (place, Tap { person, message, data }) in (0_u32..).zip(taps) {
        if let Pace::Every(interval, _) = pace {
            tokio::time::sleep_until((start + interval * place).into()).await;
        }
        let at = now();
        asked.push((scene.control.press(*person, *person, *message, data)?, at));
    }
    let all_are = |noted: &Noted| asked.iter().all(|(query, _)| noted.answers.contains_key(query));
    scene.until("every tap is answered", all_are).await?;
    let noted = scene.watch.noted();
    let answers = asked.iter().filter_map(|(query, at)| Some((*noted.answers.get(query)?, *at)));
    let whole = answers.clone().map(|(answered, _)| answered.duration_since(start)).max();
    let times = answers.map(|(answered, at)| answered.duration_since(at)).collect();
    Ok((times, whole.unwrap_or_default()))
}

async fn measure(scene: &Scene, pace: Pace, taps: &[Tap]) -> Outcome<Round> {
    let (times, whole) = tap(scene, pace, taps).await?;
    Ok(Round::of(times, whole))
}

/// The same data from everybody's screen.
fn all_tap(scene: &Scene, people: RangeInclusive<i64>, data: &str) -> Outcome<Vec<Tap>> {
    let noted = scene.watch.noted();
    let tap = |person| {
        let message = noted.screens.get(&person).ok_or("somebody has no screen")?.id;
        Ok(Tap { person, message, data: data.to_owned() })
    };
    people.map(tap).collect()
}

/// *Pay*, from everybody's price.
fn all_pay(scene: &Scene, people: RangeInclusive<i64>) -> Outcome<Vec<Tap>> {
    let noted = scene.watch.noted();
    let pay = |person| {
        let (message, data) = noted.button(person, PAY).ok_or("somebody cannot pay")?;
        Ok(Tap { person, message, data })
    };
    people.map(pay).collect()
}

async fn all_see_a_price(scene: &Scene, people: RangeInclusive<i64>) -> Outcome<()> {
    let can_pay = |noted: &Noted| people.clone().all(|person| noted.button(person, PAY).is_some());
    scene.wind_until("everybody sees a price", can_pay).await
}

async fn browse(pace: Pace, measured: &mut Measured) -> Outcome<()> {
    let people = pace.people();
    let stage = Stage::open(people + 1).await?;
    let (countries, _) = scout(&stage.scene, people + 1).await?;
    let taps = all_tap(&stage.scene, 1..=people, &countries)?;
    measured.browse.push(measure(&stage.scene, pace, &taps).await?);
    stage.close().await;
    Ok(())
}

async fn buy(pace: Pace, measured: &mut Measured) -> Outcome<()> {
    let people = pace.people();
    let stage = Stage::open(people + 1).await?;
    let scene = &stage.scene;
    let (_, price) = scout(scene, people + 1).await?;
    let taps = all_tap(scene, 1..=people, &price)?;
    measured.quote.push(measure(scene, pace, &taps).await?);
    all_see_a_price(scene, 1..=people).await?;
    let taps = all_pay(scene, 1..=people)?;
    let start = now();
    measured.pay.push(measure(scene, pace, &taps).await?);
    if let Pace::Every(GENTLE, _) = pace {
        let all = usize::try_from(people)?;
        scene.until("everybody has a number", |noted| noted.copies.len() == all).await?;
        measured.number.push(Round::of(waits_for_numbers(scene, start), start.elapsed()));
    }
    stage.close().await;
    Ok(())
}

/// How long each person waited, from the moment at which it was their turn to tap.
fn waits_for_numbers(scene: &Scene, start: Instant) -> Vec<Duration> {
    let noted = scene.watch.noted();
    let turn = |person: i64| start + GENTLE * u32::try_from(person - 1).unwrap_or(0);
    noted.copies.iter().map(|(person, at)| at.duration_since(turn(*person))).collect()
}

/// More taps within a moment than Telegram lets the bot show screens for in many seconds, and purchases behind them.
async fn crowds() -> Outcome<()> {
    let mut rows = Vec::new();
    for size in CROWDS {
        let [browse, pay] = crowd(size).await?;
        for (who, round) in [
            (format!("{size} tap a menu button at once"), browse),
            (format!("{BUYERS} tap *Pay* right behind"), pay),
        ] {
            rows.push(
                [vec![who], [round.p50, round.p99].map(table::milliseconds).to_vec()].concat(),
            );
        }
    }
    table::print(
        "A crowd",
        "One round. From the tap to `answerCallbackQuery`, when more screens are due than Telegram takes at once.",
        &["who", "p50", "p99"],
        &rows,
    )?;
    Ok(())
}

async fn crowd(size: i64) -> Outcome<[Round; 2]> {
    let (browsing, buying) = (1..=size, size + 1..=size + BUYERS);
    let stage = Stage::open(size + BUYERS + 1).await?;
    let scene = &stage.scene;
    let (countries, price) = scout(scene, size + BUYERS + 1).await?;
    measure(scene, Pace::AllAtOnce(BUYERS), &all_tap(scene, buying.clone(), &price)?).await?;
    all_see_a_price(scene, buying.clone()).await?;
    let mut taps = all_tap(scene, browsing, &countries)?;
    let browsed = taps.len();
    taps.extend(all_pay(scene, buying)?);
    let (mut browse, whole) = tap(scene, Pace::AllAtOnce(size + BUYERS), &taps).await?;
    let pay = browse.split_off(browsed);
    stage.close().await;
    Ok([Round::of(browse, whole), Round::of(pay, whole)])
}

/// One person walks ahead: the data of the buttons that lead to a service's countries and to a price.
async fn scout(scene: &Scene, person: i64) -> Outcome<(String, String)> {
    let mut found = Vec::new();
    for (press, next) in [(SERVICES, COUNTRIES), (COUNTRIES, PRICE)] {
        let (message, data) =
            scene.watch.noted().button(person, press).ok_or("the way to a price has changed")?;
        scene.control.press(person, person, message, &data)?;
        let seen = |noted: &Noted| noted.button(person, next).is_some();
        scene.wind_until("the next screen", seen).await?;
        found.extend(scene.watch.noted().button(person, next).map(|(_, data)| data));
    }
    match <[String; 2]>::try_from(found) {
        Ok([countries, price]) => Ok((countries, price)),
        Err(_) => Err("the way to a price has changed".into()),
    }
}

/// What no bot can be faster than on this machine: it fetches updates and answers each tap, and does nothing else.
async fn empty(pace: Pace) -> Outcome<Round> {
    let scene = Scene::set(pace.people()).await?;
    let url = format!("{}/bot{TOKEN}", scene.url());
    let bot = tokio::spawn(async move {
        // It ends with the emulator.
        let _ = only_answer(url).await;
    });
    let say = |person| {
        let message = scene.control.say(person, person, "hello")?;
        Ok(Tap { person, message, data: "1m".to_owned() })
    };
    let taps = (1..=pace.people()).map(say).collect::<Outcome<Vec<_>>>()?;
    let mut changed = scene.control.changed();
    while !(scene.control.is_polled() && scene.control.pending_updates() == 0) {
        changed.changed().await?;
    }
    let round = measure(&scene, pace, &taps).await?;
    bot.abort();
    scene.clear().await;
    Ok(round)
}

async fn only_answer(url: String) -> Outcome<()> {
    let client = Client::builder().no_proxy().build()?;
    let mut offset = 0;
    loop {
        let updates =
            call(&client, format!("{url}/getUpdates"), json!({ "offset": offset, "timeout": 30 }))
                .await?;
        for update in updates["result"].as_array().ok_or("no updates")? {
            offset = update["update_id"].as_i64().ok_or("no update_id")? + 1;
            if let Some(query) = update["callback_query"]["id"].as_str() {
                let (client, address) = (client.clone(), format!("{url}/answerCallbackQuery"));
                let body = json!({ "callback_query_id": query });
                tokio::spawn(async move { call(&client, address, body).await });
            }
        }
    }
}

async fn call(client: &Client, address: String, body: Value) -> Outcome<Value> {
    let request =
        client.post(address).header("content-type", "application/json").body(body.to_string());
    Ok(serde_json::from_slice(&request.send().await?.bytes().await?)?)
}
