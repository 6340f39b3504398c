//! The program itself, as an operator runs it: started, killed, asked to end, and listened to.

use std::{
    io::Read,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::sync::watch;

use super::{BOUND, Platform, World};

/// `numdesk run`. Dropping it kills it.
pub struct Program {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Changes with every piece of the log; true when the process has ended.
    ended: watch::Receiver<bool>,
}

fn command(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_numdesk"));
    // Away from any configuration file; the path of the database is absolute.
    command.current_dir(world.folder.path()).envs(world.variables()).stdin(Stdio::null());
    command
}

impl Program {
    /// Starts the shop; returns once it hears what people say, wherever it is, and has read the catalogue's last part.
    pub async fn open(world: &World) -> Self {
        Self::open_with(world, &[]).await
    }

    /// The same with more in its environment.
    pub async fn open_with(world: &World, variables: &[(&str, &str)]) -> Self {
        let (telegram, discord) = (world.telegram.control(), world.discord.control());
        let provider = world.provider.control();
        let fetches = || world.telegram_calls("getUpdates");
        let (fetched, listed) = (fetches(), world.calls("products"));
        let identified = discord.gateway_counts().identifies;
        let program = Self::start(world, variables);
        if world.on.contains(&Platform::Telegram) {
            let hears = telegram.until(BOUND, |_| (fetches() > fetched).then_some(()));
            assert!(hears.await.is_some(), "never open in Telegram:\n{}", program.log());
        }
        if world.on.contains(&Platform::Discord) {
            let hears = discord.until(BOUND, |discord| {
                let is_new = discord.gateway_counts().identifies > identified;
                (is_new && discord.is_connected()).then_some(())
            });
            assert!(hears.await.is_some(), "never open in Discord:\n{}", program.log());
        }
        let is_stocked = |_: &_| (world.calls("products") > listed).then_some(());
        let stocked = provider.wait_for(BOUND, is_stocked).await;
        assert!(stocked.is_ok(), "the shop never read the catalogue:\n{}", program.log());
        program
    }

    /// Starts the shop and waits for nothing.
    pub fn start(world: &World, variables: &[(&str, &str)]) -> Self {
        let mut child = command(world)
            .arg("run")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = Arc::<Mutex<String>>::default();
        let (ending, ended) = watch::channel(false);
        let said = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut buffer = [0; 8_192];
            while let Ok(length @ 1..) = stderr.read(&mut buffer) {
                said.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..length]));
                ending.send_replace(false);
            }
            // A closed stderr means that the process is gone.
            ending.send_replace(true);
        });
        Self { child, log, ended }
    }

    /// SIGKILL: the process is gone when this returns.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The same; all that it has ever written to stderr.
    pub async fn last_words(mut self) -> String {
        self.child.kill().unwrap();
        let ended = tokio::time::timeout(BOUND, self.ended.wait_for(|ended| *ended)).await.is_ok();
        assert!(ended, "still there after SIGKILL");
        self.log()
    }

    /// SIGTERM; how it ended, which must be within `bound`.
    #[cfg(unix)]
    pub async fn terminate(mut self, bound: Duration) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = tokio::time::timeout(bound, self.ended.wait_for(|ended| *ended)).await.is_ok();
        assert!(ended, "still there {bound:?} after SIGTERM:\n{}", self.log());
        self.child.wait().unwrap()
    }

    /// Waits until `text` is in its log; whether it came.
    pub async fn says(&self, bound: Duration, text: &str) -> bool {
        let mut more = self.ended.clone();
        let told = more.wait_for(|_| self.log().contains(text));
        tokio::time::timeout(bound, told).await.is_ok_and(|told| told.is_ok())
    }

    /// What it has written to stderr.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the program's other commands to its end.
pub async fn run(world: &World, arguments: &[&str]) -> Output {
    let mut command = command(world);
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// `numdesk audit` finds nothing.
pub async fn audit(world: &World) {
    let output = run(world, &["audit"]).await;
    let (table, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{table}{errors}");
    assert!(table.ends_with("The books agree.\n"), "{table}");
}
