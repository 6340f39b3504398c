use std::{collections::BTreeSet, time::Duration};

use reqwest::{Response, StatusCode};

use super::*;
use crate::upstream::{
    server::Emulator, smsbuyz::SmsBuyz, smscode::Smscode,
    smsverificationservice::SmsVerificationService, smsverifyo::SmsVerifyo,
    smsverifyo_rentals::SmsVerifyoRentals,
};

/// How long nothing is waited for. Real time.
const SILENCE: Duration = Duration::from_millis(100);

const fn routes(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => Smscode::ROUTES,
        Provider::SmsBuyz => SmsBuyz::ROUTES,
        Provider::SmsVerificationService => SmsVerificationService::ROUTES,
        Provider::SmsVerifyo => SmsVerifyo::ROUTES,
        Provider::SmsVerifyoRentals => SmsVerifyoRentals::ROUTES,
    }
}

#[tokio::test]
async fn every_documented_route_of_every_provider_has_its_switch() {
    for provider in Provider::ALL {
        let shop = Shop::open(provider).await;
        let endpoints = endpoints(provider);
        let named: BTreeSet<_> = endpoints.iter().map(|(route, _)| *route).collect();
        assert_eq!(named, routes(provider).iter().copied().collect(), "{provider}");
        for (route, ask) in endpoints {
            shop.strike(route, json!({ "status503": { "retry_after": 77 } })).await;
            let answer = shop.request(&ask).send().await.unwrap();
            assert_eq!(answer.status(), 503, "{provider} {route}");
            assert_eq!(answer.headers()["retry-after"], "77", "{provider} {route}");
            assert_eq!(shop.look("faults").await["faults"], json!([]), "{provider} {route}");
        }
    }
}

#[derive(Debug)]
enum Seen {
    /// No connection any more.
    Reset,
    /// No answer yet.
    Silence,
    Answer(Response),
}

impl Seen {
    #[track_caller]
    fn answer(self, status: u16) -> Response {
        let Self::Answer(answer) = self else { panic!("{self:?}") };
        assert_eq!(answer.status(), StatusCode::from_u16(status).unwrap());
        answer
    }
}

/// A purchase under a fault: what came of it, and how many orders there are after it.
async fn under(provider: Provider, fault: Value) -> (Seen, usize) {
    let is_silent = fault.as_str().is_some_and(|name| name.starts_with("timeout"));
    let shop = Shop::open(provider).await;
    let ask = buying(&shop).await;
    shop.strike(purchase_route(provider), fault).await;
    let request = shop.request(&ask);
    let request = if is_silent { request.timeout(SILENCE) } else { request };
    let seen = match request.send().await {
        Ok(answer) => Seen::Answer(answer),
        Err(error) if error.is_timeout() => Seen::Silence,
        Err(_) => Seen::Reset,
    };
    (seen, shop.orders().await.len())
}

#[tokio::test]
async fn every_fault_strikes_a_purchase_at_every_provider_before_or_after_the_work() {
    for provider in Provider::ALL {
        for (fault, sold) in [("reset_before", 0), ("reset_after_commit", 1)] {
            let (seen, orders) = under(provider, fault.into()).await;
            assert!(matches!(seen, Seen::Reset), "{provider} {fault}: {seen:?}");
            assert_eq!(orders, sold, "{provider} {fault}");
        }
        // Whether the work is done by the time that nobody listens any more is each emulator's own test.
        for fault in ["timeout_before", "timeout_after_commit"] {
            let (seen, _) = under(provider, fault.into()).await;
            assert!(matches!(seen, Seen::Silence), "{provider} {fault}: {seen:?}");
        }
        for (fault, status, sold) in [
            (json!("status500"), 500, 0),
            (json!("status500_after_commit"), 500, 1),
            (json!({ "status503": { "retry_after": 3 } }), 503, 0),
            (json!({ "status429": { "retry_after": 5 } }), 429, 0),
            (json!({ "answer": { "status": 418, "body": { "tea": true } } }), 418, 0),
        ] {
            let (seen, orders) = under(provider, fault.clone()).await;
            let answer = seen.answer(status);
            let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap());
            let promised = [(503, "3"), (429, "5")].into_iter().find(|(it, _)| *it == status);
            assert_eq!((wait, orders), (promised.map(|it| it.1), sold), "{provider} {fault}");
            assert!(answer.json::<Value>().await.unwrap().is_object(), "{provider} {fault}");
        }
    }
}

#[tokio::test]
async fn every_answer_to_a_purchase_can_be_spoilt_after_the_work() {
    for provider in Provider::ALL {
        let field = match provider {
            Provider::SmscodeV1 | Provider::SmscodeV2 => "phone_number",
            Provider::SmsBuyz
            | Provider::SmsVerificationService
            | Provider::SmsVerifyo
            | Provider::SmsVerifyoRentals => "phone",
        };
        let body = async |fault: Value| {
            let (seen, orders) = under(provider, fault.clone()).await;
            let Seen::Answer(answer) = seen else { panic!("{provider} {fault}: {seen:?}") };
            assert!(answer.status().is_success(), "{provider} {fault}");
            assert_eq!(orders, 1, "{provider} {fault}");
            answer.text().await.unwrap()
        };
        assert!(body(json!({ "slow": 1 })).await.contains(&format!("\"{field}\":\"")));
        assert!(body(json!("garbage")).await.starts_with("<!doctype html>"), "{provider}");
        let half = body(json!("truncated_json")).await;
        assert!(serde_json::from_str::<Value>(&half).is_err(), "{provider} {half}");
        let without = body(json!({ "missing_field": field })).await;
        assert!(!without.contains(&format!("\"{field}\"")), "{provider} {without}");
        serde_json::from_str::<Value>(&without).unwrap();
        let changed = body(json!({ "wrong_type": field })).await;
        assert!(changed.contains(&format!("\"{field}\":")), "{provider} {changed}");
        assert!(!changed.contains(&format!("\"{field}\":\"")), "{provider} {changed}");
    }
}
