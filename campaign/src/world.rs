//! Lives a history, step by step: somebody does something, something goes wrong, or time passes.

mod ending;
mod steps;

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use bot_core::{
    clock::Clock,
    shop::{PushFault, Shop},
};
use futures::future::BoxFuture;
use hyper::body::Bytes;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sandbox::upstream::webhook::{Post, sign};
use secrecy::SecretString;
use tempfile::TempDir;

use crate::{
    auditor::{Auditor, Books},
    chat::Chats,
    emulator::{Dialect, Emulator, SECRET},
    history::{Outcome, Plan},
    hub::{BEGINNING, Hub},
    network::Network,
    people::{Desk, People, Way},
    process::{Life, Premises, Process},
};

/// The owner and the customers.
const PEOPLE: usize = 7;

/// How long the provider's pushes wait for their turn.
const PUSH_EVERY: Duration = Duration::from_millis(100);

pub struct World {
    plan: Plan,
    dialect: Dialect,
    hub: Hub,
    premises: Premises,
    people: People,
    auditor: Auditor,
    books: Books,
    door: Arc<Door>,
    process: Option<Process>,
    random: StdRng,
    kills: u64,
    commits: u64,
    _folder: TempDir,
}

/// Where the provider pushes to: the shop's own door, while it is open.
struct Door {
    auditor: Auditor,
    open: Mutex<Option<(Arc<Shop>, Arc<Life>)>>,
}

impl Post for Door {
    fn post(
        &self,
        body: Bytes,
        signature: Option<(&'static str, String)>,
    ) -> BoxFuture<'static, Option<u16>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let auditor = self.auditor.clone();
        Box::pin(async move {
            let (shop, life) = open.filter(|(_, life)| !life.is_dead())?;
            let code = signature.as_ref().map(|(_, code)| code.as_bytes());
            let secret = SecretString::from(SECRET);
            let status = if shop.is_genuine(Some(&secret), |_| code, &body) {
                match shop.keep_push(&body).await {
                    Ok(_) => 200,
                    Err(PushFault::Unreadable(_)) => 400,
                    Err(PushFault::Store(_)) => 500,
                }
            } else {
                401
            };
            if life.is_dead() {
                return None;
            }
            if status == 200 {
                let is_genuine = signature.is_none_or(|(_, code)| code == sign(SECRET, &body));
                auditor.pushed(&String::from_utf8_lossy(&body), is_genuine);
            }
            Some(status)
        })
    }
}

impl World {
    pub async fn open(plan: &Plan, hub: Hub) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (dialect, seed) = (plan.dialect(), plan.seed);
        let time = hub.clock();
        let at = sandbox::clock::Clock::from_fn(move || time.now().0);
        let emulator = Emulator::open(dialect, seed, at);
        let network = Network::new(hub.clone(), emulator.clone(), seed);
        let chats = Chats::new(hub.clone(), seed);
        let people = People::new(hub.clone(), PEOPLE);
        let auditor = Auditor::new(hub.clone());
        let (clock, jumped) = Clock::of_the_runtime(BEGINNING);
        let premises = Premises {
            hub: hub.clone(),
            seed,
            database: Arc::from(folder.path().join("shop.db")),
            emulator,
            network,
            chats,
            owners: vec![people.owner().identity.clone()],
            clock,
            jumped,
        };
        let process = Process::open(&premises, 0).await?;
        let books = Books::open(&premises.database)?;
        let door = Arc::new(Door { auditor: auditor.clone(), open: Mutex::default() });
        premises.emulator.push_to(Arc::clone(&door) as _);
        let world = Self {
            plan: plan.clone(),
            dialect,
            hub,
            premises,
            people,
            auditor,
            books,
            door,
            process,
            random: StdRng::seed_from_u64(seed),
            kills: 0,
            commits: 0,
            _folder: folder,
        };
        world.doors_open();
        let emulator = world.premises.emulator.clone();
        tokio::spawn(async move {
            loop {
                emulator.push_due().await;
                tokio::time::sleep(PUSH_EVERY).await;
            }
        });
        Ok(world)
    }

    /// Until the end, or until something is wrong.
    pub async fn live(mut self) -> Outcome {
        let mut steps = 0;
        let lived = self.live_on(&mut steps).await;
        if let Err(error) = lived {
            self.hub.violated(&format!("the history broke: {error}"));
        }
        let lasted = self.hub.now().since(BEGINNING);
        let orders = self.books.orders().map_or(0, |orders| orders.len());
        self.commits += self.process.as_ref().map_or(0, |process| process.life.commits());
        Outcome {
            hash: self.hub.hash(),
            violations: self.hub.violations(),
            steps,
            faults: self.hub.faults(),
            lasted,
            orders: u64::try_from(orders).unwrap_or(0),
            kills: self.kills,
            commits: self.commits,
            requests: self.premises.network.requests(),
            lines: self.hub.lines(),
            ..Outcome::default()
        }
    }

    async fn live_on(&mut self, steps: &mut u64) -> Result<(), String> {
        self.begin().await?;
        for _ in 0..self.plan.steps {
            self.step().await?;
            *steps += 1;
            self.auditor.check_books(&mut self.books)?;
            if self.hub.is_violated() {
                return Ok(());
            }
        }
        self.end().await
    }

    fn desk(&self) -> Option<Desk> {
        let process = self.process.as_ref()?;
        Some(Desk {
            people: self.people.clone(),
            chats: self.premises.chats.clone(),
            auditor: self.auditor.clone(),
            shop: Arc::clone(&process.shop),
            life: Arc::clone(&process.life),
        })
    }

    /// The shop is told of an update, if it is open.
    fn tell(&mut self, id: i64, way: Way) {
        let Some(desk) = self.desk() else { return };
        if let Some(process) = &mut self.process {
            while process.tasks.try_join_next().is_some() {}
            process.tasks.spawn(desk.take(id, way));
        }
    }

    async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn doors_open(&self) {
        let open = self.process.as_ref().map(|it| (Arc::clone(&it.shop), Arc::clone(&it.life)));
        *self.door.open.lock().unwrap_or_else(PoisonError::into_inner) = open;
    }

    /// Takes a killed process away and starts a new one, which takes up what was left.
    async fn reopen(&mut self) -> Result<(), String> {
        loop {
            if let Some(process) = self.process.take() {
                process.life.end();
                self.commits += process.life.commits();
            }
            self.doors_open();
            self.kills += 1;
            self.premises.chats.process_died();
            let pause = self.random.random_range(1_500..6_000);
            self.pass(Duration::from_millis(pause)).await;
            self.premises.network.new_epoch();
            self.process = Process::open(&self.premises, self.kills).await?;
            if self.process.is_some() {
                break;
            }
        }
        self.doors_open();
        self.take_up().await
    }

    /// What an earlier process kept and did not finish, and what it never said that it had.
    async fn take_up(&mut self) -> Result<(), String> {
        let Some(desk) = self.desk() else { return Ok(()) };
        for platform in crate::chat::PLATFORMS {
            let platform = platform.into();
            // An empty answer comes from a process that was killed meanwhile, too.
            let kept = tokio::select! {
                biased;
                kept = desk.shop.kept_updates(&platform) => kept.unwrap_or_default(),
                () = self.pass(Duration::from_millis(1)) => vec![],
            };
            for update in kept {
                self.tell(update.id, Way::Kept);
            }
        }
        self.tell_again();
        Ok(())
    }

    /// The platforms tell again of what the shop never said that it had.
    fn tell_again(&mut self) {
        let open: Vec<i64> = {
            let updates = self.people.updates();
            let open = updates.iter().filter(|(_, update)| !update.is_acknowledged);
            open.map(|(id, _)| *id).collect()
        };
        for id in open {
            let way = if self.random.random_bool(0.5) { Way::Keep } else { Way::Handle };
            self.tell(id, way);
        }
    }

    async fn reopen_if_dead(&mut self) -> Result<(), String> {
        if self.process.as_ref().is_none_or(|process| process.life.is_dead()) {
            self.reopen().await?;
        }
        Ok(())
    }

    fn jump(&self, ms: i64) {
        self.premises.network.new_epoch();
        self.premises.jumped.fetch_add(ms, Ordering::Relaxed);
    }
}
