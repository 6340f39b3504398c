use proptest::prelude::*;

use super::*;
use crate::phone::Phone;

fn line(id: &str) -> Line {
    Line {
        upstream: id.into(),
        phone: Phone::parse("+14155550123").unwrap(),
        accepted_at: Timestamp(1),
        expires_at: Timestamp(2),
    }
}

fn sms(code: &str) -> UpstreamSms {
    UpstreamSms { code: Some(code.to_owned()), text: None, received_at: None }
}

fn esim() -> Esim {
    Esim { upstream: "esim".into(), activation_code: "LPA:1$example$1".into() }
}

fn every_state() -> Vec<State> {
    let own = line("own");
    let mut states = vec![
        State::Placing,
        State::InDoubt { since: Timestamp(1) },
        State::NeedsOperator { line: None },
        State::NeedsOperator { line: Some(own.clone()) },
        State::Waiting(own.clone()),
        State::Cancelling(own.clone()),
        State::CodeReceived(own.clone()),
        State::Finished(own.clone()),
        State::Cancelled(own.clone()),
        State::Expired(own.clone()),
        State::Banned(own.clone()),
        State::Active(own.clone()),
        State::Ended(own),
        State::Fulfilled(Fulfilled::Esim(esim())),
        State::Fulfilled(Fulfilled::Renewal { until: Timestamp(9) }),
        State::Undone,
    ];
    states.extend(Refusal::ALL.map(|reason| State::Refused { reason }));
    states
}

fn every_event() -> Vec<Event> {
    let mut events = vec![
        Event::Accepted(Sold::Activation(line("own"))),
        Event::Accepted(Sold::Activation(line("other"))),
        Event::Accepted(Sold::Rental(line("own"))),
        Event::Accepted(Sold::Rental(line("other"))),
        Event::Accepted(Sold::Esim(esim())),
        Event::Accepted(Sold::Renewal { until: Timestamp(9) }),
        Event::Unclear(Timestamp(5)),
        Event::NotPlaced,
        Event::GaveUp,
        Event::Sms(sms("123456")),
        Event::ProviderCompleted,
        Event::ProviderCancelled,
        Event::ProviderExpired,
        Event::Banned,
        Event::CancelAsked,
        Event::CancelDeclined,
        Event::DoneAsked,
        Event::OperatorRefund,
        Event::OperatorAdopt(Sold::Activation(line("own"))),
        Event::OperatorAdopt(Sold::Rental(line("own"))),
        Event::Overpriced,
        Event::Extended(Timestamp(1)),
        Event::Extended(Timestamp(7)),
    ];
    events.extend(Refusal::ALL.map(Event::Rejected));
    events
}

/// What every single step must keep, whatever the state and the event.
fn check(state: &State, event: &Event) {
    let Ok(Step::Go { to, effects }) = state.next(event.clone()) else { return };
    let case = format!("{} + {} -> {} {effects:?}", state.word(), event.word(), to.word());
    let closes =
        effects.iter().filter(|effect| matches!(effect, Effect::Capture | Effect::Release)).count();
    assert_eq!(
        closes,
        usize::from(state.holds_money() && !to.holds_money()),
        "money closes once, when it leaves: {case}"
    );
    assert!(state.holds_money() || !to.holds_money(), "closed money is never held again: {case}");
    if effects.contains(&Effect::Capture) {
        let is_handed_over = match event {
            Event::Sms(_) => true,
            Event::Accepted(sold) | Event::OperatorAdopt(sold) => {
                !matches!(sold, Sold::Activation(_))
            }
            _ => false,
        };
        assert!(is_handed_over, "only what was handed over is charged: {case}");
    }
    if effects.contains(&Effect::Release) {
        assert!(
            matches!(
                event,
                Event::Rejected(_)
                    | Event::NotPlaced
                    | Event::ProviderCancelled
                    | Event::ProviderExpired
                    | Event::Banned
                    | Event::OperatorRefund
            ),
            "a refund needs the provider's word or an operator's: {case}"
        );
    }
    if effects.contains(&Effect::Refund) {
        assert!(!state.holds_money() && !to.is_open(), "{case}");
        assert!(matches!(event, Event::ProviderCancelled | Event::OperatorRefund), "{case}");
    }
    let delivers = effects.iter().any(|effect| matches!(effect, Effect::Deliver(_)));
    assert_eq!(delivers, matches!(event, Event::Sms(_)), "every SMS is delivered: {case}");
    if let (Some(before), Some(after)) = (state.line(), to.line()) {
        assert!(before.upstream == after.upstream, "an order keeps its number: {case}");
    }
}

#[test]
fn every_state_with_every_event() {
    for state in every_state() {
        for event in every_event() {
            check(&state, &event);
        }
    }
}

#[test]
fn an_sms_is_never_turned_away_once_there_is_a_number() {
    for state in every_state().iter().filter(|state| state.line().is_some()) {
        assert!(
            matches!(state.next(Event::Sms(sms("1"))), Ok(Step::Go { .. })),
            "{}",
            state.word()
        );
    }
}

#[test]
fn the_usual_way() {
    let go = |state: &State, event| match state.next(event) {
        Ok(Step::Go { to, .. }) => to,
        other => panic!("{other:?}"),
    };
    let waiting = go(&State::Placing, Event::Accepted(Sold::Activation(line("own"))));
    let received = go(&waiting, Event::Sms(sms("123456")));
    assert_eq!(go(&received, Event::DoneAsked), State::Finished(line("own")));
    let cancelling = go(&waiting, Event::CancelAsked);
    assert_eq!(go(&cancelling, Event::ProviderCancelled), State::Cancelled(line("own")));
    assert_eq!(go(&cancelling, Event::Sms(sms("1"))), State::CodeReceived(line("own")));
    let doubt = go(&State::Placing, Event::Unclear(Timestamp(7)));
    assert_eq!(doubt, State::InDoubt { since: Timestamp(7) });
    assert_eq!(doubt.next(Event::Rejected(Refusal::NoNumbers)), Ok(Step::Stay));
    assert_eq!(go(&doubt, Event::NotPlaced), State::Refused { reason: Refusal::NotPlaced });
}

#[test]
fn a_second_provider_order_for_one_purchase_is_illegal() {
    for state in every_state().into_iter().filter(|state| state.line().is_some()) {
        assert!(
            state.next(Event::Accepted(Sold::Activation(line("other")))).is_err(),
            "{}",
            state.word()
        );
        assert_eq!(
            state.next(Event::Accepted(Sold::Activation(line("own")))),
            Ok(Step::Stay),
            "{}",
            state.word()
        );
    }
}

proptest! {
    /// Any history, legal or not: the hold is closed at most once, and a charged order was delivered first.
    #[test]
    fn any_history_closes_the_hold_at_most_once(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..60)) {
        let events = every_event();
        let mut state = State::Placing;
        let (mut captures, mut releases, mut refunds, mut handed_over) = (0, 0, 0, 0);
        for pick in picks {
            let event = events[pick.index(events.len())].clone();
            check(&state, &event);
            handed_over += i32::from(matches!(event, Event::Accepted(_) | Event::OperatorAdopt(_)));
            if let Ok(Step::Go { to, effects }) = state.next(event) {
                for effect in effects {
                    match effect {
                        Effect::Capture => captures += 1,
                        Effect::Release => releases += 1,
                        Effect::Refund => refunds += 1,
                        Effect::Deliver(_) => handed_over += 1,
                        Effect::Settle
                        | Effect::AskCancel
                        | Effect::AskFinish
                        | Effect::TellOperator
                        | Effect::Extend(_) => {}
                    }
                }
                state = to;
            }
        }
        prop_assert_eq!(captures + releases, i32::from(!state.holds_money()));
        prop_assert!(captures == 0 || handed_over > 0);
        prop_assert!(refunds <= captures);
    }
}
