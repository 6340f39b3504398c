//! What goes wrong outside of the program while it is under siege.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use sandbox::{discord, faults::Fault, telegram, upstream::webhook::PushFault};

use super::Siege;

/// Mostly, something goes wrong for the next program; how many things.
pub fn strike(siege: &Siege, random: &mut StdRng) -> usize {
    let mut struck = 0;
    if random.random_bool(0.5) {
        let route = ["create", "create", "active", "products"].choose(random).unwrap();
        let fault = at_the_provider().choose(random).unwrap().clone();
        siege.world.provider.control().faults().once(route, fault).unwrap();
        struck += 1;
    }
    if random.random_bool(0.5) {
        let method = ["sendMessage", "editMessageText", "getUpdates"];
        let fault = *IN_TELEGRAM.choose(random).unwrap();
        let rule = telegram::FaultRule::next(method.choose(random).unwrap(), 1, fault);
        siege.world.telegram.control().add_fault(rule);
        struck += 1;
    }
    if random.random_bool(0.3) {
        let route = ["create_message", "edit_message", "callback"];
        let fault = in_discord().choose(random).unwrap().clone();
        let rule = discord::FaultRule::next(route.choose(random).unwrap(), 1, fault);
        siege.discord.control().add_fault(rule).unwrap();
        struck += 1;
    }
    if random.random_bool(0.3) {
        let fault = *WITH_PUSHES.choose(random).unwrap();
        siege.world.provider.control().pushes().fault_once(fault);
        struck += 1;
    }
    struck
}

/// From now on everything works.
pub fn end(siege: &Siege) {
    siege.world.provider.control().faults().clear();
    siege.world.provider.control().pushes().clear_faults();
    siege.world.telegram.control().clear_faults();
    siege.discord.control().clear_faults();
}

fn at_the_provider() -> [Fault; 9] {
    [
        Fault::TimeoutAfterCommit,
        Fault::ResetBefore,
        Fault::ResetAfterCommit,
        Fault::Status500,
        Fault::Status500AfterCommit,
        Fault::Status503 { retry_after: 1 },
        Fault::Garbage,
        Fault::TruncatedJson,
        Fault::Slow(1_000),
    ]
}

const IN_TELEGRAM: [telegram::Fault; 6] = [
    telegram::Fault::TooManyRequests { retry_after: 1 },
    telegram::Fault::InternalServerError,
    telegram::Fault::BadGatewayAfter,
    telegram::Fault::ResetBefore,
    telegram::Fault::ResetAfter,
    telegram::Fault::HangBefore,
];

fn in_discord() -> [discord::Fault; 4] {
    [
        discord::Fault::RateLimited { retry_after_ms: 500 },
        discord::Fault::BadGateway,
        discord::Fault::ResetBefore,
        discord::Fault::ResetAfter,
    ]
}

const WITH_PUSHES: [PushFault; 6] = [
    PushFault::Lose,
    PushFault::Duplicate,
    PushFault::Reorder,
    PushFault::Delay(1_500),
    PushFault::Forge,
    PushFault::Garbage,
];
