//! The program under siege: people keep buying on both platforms, things go wrong at the provider and on the way, and the
//! program is killed (SIGKILL) at random moments and started again. After every kill the books are read; in the end
//! everybody has what they paid for or their money back, and the provider's own journal agrees.
//!
//! Every choice comes from the seed: who does what, what goes wrong, when the kill comes. What the machine does between
//! does not, so a seed repeats a run as far as real processes can.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    net::TcpListener,
    time::Duration,
};

use bot_core::clock::Clock;
use futures::future::join_all;
use numdesk::http::Route;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sandbox::discord;

use crate::support::{
    KEY, OWNER, Platform, World, loopback,
    premises::ShiftedClock,
    program::{self, Program},
};

mod books;
mod chats;
mod faults;
mod guild;

/// Buying in Telegram.
const BUYERS: i64 = 3;
const TALKER: i64 = 500;
const ANN: u64 = 1_002;
const DISCORD_TOKEN: &str = "SANDBOX.DISCORD.TOKEN";

/// Signs the provider's pushes.
const SECRET: &str = "what-the-provider-signs-with";

/// How long anybody waits for anything, whatever the machine and however often the program dies meanwhile.
const PATIENCE: Duration = Duration::from_mins(4);
/// How long a kill waits for requests.
const ASKS_WITHIN: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(40);

/// What was done and survived.
#[derive(Default)]
pub struct Report {
    pub seed: u64,
    pub kills: usize,
    seconds: i64,
    orders: usize,
    refunds: usize,
    codes: usize,
    top_ups: usize,
    answers: usize,
    faults: usize,
    /// What was there when the program was killed, and at how many kills.
    caught: BTreeMap<String, usize>,
}

/// The scene, while the program lives and dies in it.
struct Siege {
    seed: u64,
    world: World,
    discord: discord::Running,
    provider_clock: ShiftedClock,
    /// Where the program listens for pushes.
    listen: String,
    over: Cell<bool>,
    shown: RefCell<Shown>,
}

/// What people have seen with their own eyes: from then on it may never be missing from the books.
#[derive(Default)]
struct Shown {
    phones: Vec<String>,
    codes: Vec<String>,
    top_ups: usize,
    answers: usize,
}

/// When the program dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after its start: before it is open, too.
    After(Duration),
    /// Once provider and platforms were asked so many times more.
    Asked(u64),
}

/// Kills the program `kills` times.
pub async fn run(seed: u64, kills: usize) -> Report {
    let siege = Siege::open(seed).await;
    let clock = Clock::real();
    let start = clock.now();
    let mut report = Report { seed, kills, ..Report::default() };
    let last = {
        let buyers = join_all((1..=BUYERS).map(|id| chats::buys(&siege, id)));
        let people = async {
            futures::join!(
                buyers,
                chats::tops_up(&siege),
                chats::talks(&siege),
                guild::buys(&siege)
            )
        };
        let (last, _) = futures::join!(siege.is_stormed(&mut report), people);
        last
    };
    siege.calms_down(last).await;
    siege.ends_right(&mut report).await;
    report.seconds = i64::try_from(clock.now().since(start).as_secs()).unwrap();
    report
}

impl Siege {
    /// Everybody has said hello and has money, and nothing is running.
    async fn open(seed: u64) -> Self {
        let provider_clock = ShiftedClock::default();
        let world = World::in_real_time(&provider_clock, &[Platform::Telegram]).await;
        let options = discord::Options { token: DISCORD_TOKEN.into(), ..Default::default() };
        let discord = discord::start(options, loopback()).await.unwrap();
        discord.control().add_user(ANN, "ann", None, "en-US").unwrap();
        discord.control().install_app(ANN, true).unwrap();
        let listen = TcpListener::bind(loopback()).unwrap().local_addr().unwrap().to_string();
        let provider = world.provider.control();
        let door = format!("http://{listen}{}", Route::new("smscode-v2", &KEY.into()).path());
        provider.set_webhook(&door, Some(SECRET)).unwrap();
        provider.top_up(1_000_000_000).unwrap();
        provider.set_stock(world.product("WhatsApp", "Indonesia").id, 100_000).unwrap();
        let (over, shown) = (Cell::new(false), RefCell::default());
        let siege = Self { seed, world, discord, provider_clock, listen, over, shown };
        let program = siege.open_program().await;
        let people = (1..=BUYERS).chain([OWNER, TALKER]);
        let chats = join_all(people.map(|id| chats::says_hello(&siege, id)));
        futures::join!(chats, guild::says_hello(&siege));
        program.kill();
        books::give_money(&siege).await;
        siege
    }

    /// The choices of one part of the siege.
    fn random(&self, part: u64) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_mul(1_000).wrapping_add(part))
    }

    fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("NUMDESK_DISCORD__TOKEN", DISCORD_TOKEN.to_owned()),
            ("NUMDESK_DISCORD__API_URL", self.discord.url()),
            ("NUMDESK_HTTP__LISTEN", self.listen.clone()),
            ("NUMDESK_UPSTREAM__WEBHOOK_SECRET", SECRET.to_owned()),
            // Not in its way when many kills are wanted.
            ("RUST_LOG", "warn".to_owned()),
        ]
    }

    async fn open_program(&self) -> Program {
        let variables = self.variables();
        Program::open_with(
            &self.world,
            &variables.each_ref().map(|(name, it)| (*name, it.as_str())),
        )
        .await
    }

    fn start_program(&self) -> Program {
        let variables = self.variables();
        Program::start(&self.world, &variables.each_ref().map(|(name, it)| (*name, it.as_str())))
    }

    /// Starts the program and kills it, again and again; the last one lives.
    async fn is_stormed(&self, report: &mut Report) -> Program {
        let mut random = self.random(0);
        for round in 1..=report.kills {
            report.faults += faults::strike(self, &mut random);
            let moment = if random.random_bool(0.5) {
                Moment::After(Duration::from_millis(random.random_range(0..2_500)))
            } else {
                Moment::Asked(random.random_range(5..60))
            };
            let program = self.start_program();
            self.comes(moment).await;
            let log = program.last_words().await;
            assert!(!log.contains("panicked"), "seed {}, round {round}:\n{log}", self.seed);
            program::audit(&self.world).await;
            let caught = books::after_a_kill(self, round).await;
            for what in caught {
                *report.caught.entry(what).or_default() += 1;
            }
        }
        faults::end(self);
        self.over.set(true);
        self.open_program().await
    }

    async fn comes(&self, moment: Moment) {
        match moment {
            Moment::After(duration) => tokio::time::sleep(duration).await,
            Moment::Asked(more) => {
                let goal = self.asked() + more;
                // It may wait for an answer that never comes.
                soon(ASKS_WITHIN, || (self.asked() >= goal).then_some(())).await;
            }
        }
    }

    /// How often anybody was asked anything.
    fn asked(&self) -> u64 {
        let provider = self.world.provider.control().request_counts();
        let telegram = self.world.telegram.control().requests();
        let discord = self.discord.control().requests();
        provider.values().map(|count| count.total).sum::<u64>()
            + telegram.values().sum::<u64>()
            + discord.values().sum::<u64>()
    }

    /// Nothing goes wrong any more and nobody buys: every order comes to its end, and the program ends when asked to.
    async fn calms_down(&self, program: Program) {
        let telegram = self.world.telegram.control();
        eventually("all taps are answered, all updates fetched", || {
            let all = telegram.unanswered_queries().is_empty() && telegram.pending_updates() == 0;
            all.then_some(())
        })
        .await;
        // What nobody waits for any more: its time at the provider is over.
        self.provider_clock.shift(i64::try_from(Duration::from_hours(1).as_millis()).unwrap());
        books::come_to_an_end(self, &program).await;
        let bound = Duration::from_secs(30);
        assert_eq!(program.terminate(bound).await.code(), Some(0));
        program::audit(&self.world).await;
    }

    async fn ends_right(&self, report: &mut Report) {
        let (orders, refunds) = books::agree_with_the_provider(self).await;
        let shown = self.shown.borrow();
        (report.orders, report.refunds) = (orders, refunds);
        report.codes = shown.codes.len();
        report.top_ups = shown.top_ups;
        report.answers = shown.answers;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "seed {}: {} kills in {} s, nothing lost",
            self.seed, self.kills, self.seconds
        )?;
        writeln!(
            f,
            "{} numbers sold by the provider, {} of them paid back; {} codes shown, {} top-ups, {} questions answered; \
             {} faults",
            self.orders, self.refunds, self.codes, self.top_ups, self.answers, self.faults
        )?;
        let caught = self.caught.iter().map(|(what, kills)| format!("{what} {kills}"));
        write!(f, "killed while there was: {}", caught.collect::<Vec<_>>().join(", "))
    }
}

/// Looks until `probe` finds something.
async fn eventually<T>(what: &str, probe: impl FnMut() -> Option<T>) -> T {
    let found = soon(PATIENCE, probe).await;
    found.unwrap_or_else(|| panic!("this never happened: {what}"))
}

/// The same with less patience.
async fn soon<T>(bound: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let search = async {
        loop {
            if let Some(found) = probe() {
                return found;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(bound, search).await.ok()
}
