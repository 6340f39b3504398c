//! One lane per person: each person's actions in their order, different people side by side. A panic in one action
//! ends that action only. Knows nothing of Telegram.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::FutureExt;
use tokio::{sync::Semaphore, task::JoinSet};

/// Actions of one person that are worked on or wait; more are refused.
pub(crate) const LONGEST_LANE: usize = 20;
/// Actions that are worked on at the same time. Most of them wait for their screen's turn under Telegram's limits, and must
/// not keep somebody else's tap from being answered: as many as updates may be open (see `updates`).
const MOST_AT_ONCE: usize = 1_000;

/// What is done in the lanes.
pub(crate) trait Work: Send + Sync + 'static {
    type Job: Send + Sync + 'static;

    fn serve(&self, job: &Self::Job) -> impl Future<Output = ()> + Send;
    /// After [`Work::serve`] panicked.
    fn apologise(&self, job: &Self::Job) -> impl Future<Output = ()> + Send;
    /// Instead of [`Work::serve`], when the lane is full.
    fn refuse(&self, job: &Self::Job) -> impl Future<Output = ()> + Send;
    /// Last, whatever happened.
    fn finish(&self, job: &Self::Job) -> impl Future<Output = ()> + Send;
}

/// The lanes. Dropping them stops all work where it stands, as a kill would.
pub(crate) struct Lanes<W: Work> {
    shared: Arc<Shared<W>>,
    tasks: JoinSet<()>,
}

struct Shared<W: Work> {
    work: W,
    /// A person with a lane has a task that works on it. The first job is the one that is worked on.
    waiting: Mutex<HashMap<String, VecDeque<Arc<W::Job>>>>,
    places: Semaphore,
}

impl<W: Work> Lanes<W> {
    pub fn new(work: W) -> Self {
        let shared =
            Shared { work, waiting: Mutex::default(), places: Semaphore::new(MOST_AT_ONCE) };
        Self { shared: Arc::new(shared), tasks: JoinSet::new() }
    }

    /// Puts a job at the end of `person`'s lane. False when the lane is full and the job is refused.
    pub fn push(&mut self, person: &str, job: W::Job) -> bool {
        while self.tasks.try_join_next().is_some() {}
        let job = Arc::new(job);
        let shared = Arc::clone(&self.shared);
        match self.shared.waiting().entry(person.to_owned()) {
            Entry::Occupied(mut lane) if lane.get().len() < LONGEST_LANE => {
                lane.get_mut().push_back(job);
            }
            Entry::Occupied(_) => {
                self.tasks.spawn(async move { shared.turn_away(&job).await });
                return false;
            }
            Entry::Vacant(lane) => {
                let person = lane.key().clone();
                lane.insert(VecDeque::from([Arc::clone(&job)]));
                self.tasks.spawn(async move { shared.work_off(&person, job).await });
            }
        }
        true
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        self.shared.waiting().len()
    }
}

impl<W: Work> Shared<W> {
    /// Works until the lane is empty, and removes it.
    async fn work_off(&self, person: &str, first: Arc<W::Job>) {
        let mut next = Some(first);
        while let Some(job) = next {
            if let Ok(_place) = self.places.acquire().await {
                self.do_one(&job).await;
            }
            next = self.next_after_done(person);
        }
    }

    fn next_after_done(&self, person: &str) -> Option<Arc<W::Job>> {
        let mut waiting = self.waiting();
        let lane = waiting.get_mut(person)?;
        lane.pop_front();
        let next = lane.front().cloned();
        if next.is_none() {
            waiting.remove(person);
        }
        next
    }

    async fn do_one(&self, job: &W::Job) {
        if caught("serve", self.work.serve(job)).await.is_err() {
            let _ = caught("apologise", self.work.apologise(job)).await;
        }
        let _ = caught("finish", self.work.finish(job)).await;
    }

    async fn turn_away(&self, job: &W::Job) {
        let _ = caught("refuse", self.work.refuse(job)).await;
        let _ = caught("finish", self.work.finish(job)).await;
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Arc<W::Job>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Panicked;

/// Nothing that a panic may leave half done is used again: jobs are shared unchanged, the rest is behind the shop's door.
async fn caught(step: &'static str, work: impl Future<Output = ()>) -> Result<(), Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        tracing::error!(step, "a panic while handling an action");
        Panicked
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::{mpsc, watch};

    use super::*;

    enum Job {
        Say(&'static str),
        /// Waits until the gate opens.
        Hold(&'static str),
        Panic,
    }

    struct Scripted {
        said: mpsc::UnboundedSender<String>,
        gate: watch::Receiver<bool>,
    }

    impl Work for Scripted {
        type Job = Job;

        async fn serve(&self, job: &Job) {
            match job {
                Job::Say(word) => self.say(word),
                Job::Hold(word) => {
                    self.gate.clone().wait_for(|open| *open).await.unwrap();
                    self.say(word);
                }
                Job::Panic => panic!("as scripted"),
            }
        }

        async fn apologise(&self, _job: &Job) {
            self.say("sorry");
        }

        async fn refuse(&self, _job: &Job) {
            self.say("too fast");
        }

        async fn finish(&self, _job: &Job) {
            self.say("end");
        }
    }

    impl Scripted {
        fn say(&self, word: &str) {
            self.said.send(word.to_owned()).unwrap();
        }
    }

    struct Scene {
        lanes: Lanes<Scripted>,
        said: mpsc::UnboundedReceiver<String>,
        gate: watch::Sender<bool>,
    }

    fn scene() -> Scene {
        let (sender, said) = mpsc::unbounded_channel();
        let (gate, receiver) = watch::channel(false);
        Scene { lanes: Lanes::new(Scripted { said: sender, gate: receiver }), said, gate }
    }

    impl Scene {
        async fn hear(&mut self, words: &[&str]) {
            for word in words {
                let heard = tokio::time::timeout(Duration::from_secs(5), self.said.recv()).await;
                assert_eq!(heard.unwrap().unwrap(), *word);
            }
        }
    }

    #[tokio::test]
    async fn a_person_s_actions_keep_their_order_while_others_go_on() {
        let mut scene = scene();
        scene.lanes.push("ann", Job::Hold("ann 1"));
        scene.lanes.push("ann", Job::Say("ann 2"));
        scene.lanes.push("bob", Job::Say("bob"));
        scene.hear(&["bob", "end"]).await;
        scene.gate.send(true).unwrap();
        scene.hear(&["ann 1", "end", "ann 2", "end"]).await;
    }

    #[tokio::test]
    async fn a_panic_stops_neither_the_person_nor_others() {
        let mut scene = scene();
        scene.lanes.push("ann", Job::Panic);
        scene.lanes.push("ann", Job::Say("ann 2"));
        scene.hear(&["sorry", "end", "ann 2", "end"]).await;
        scene.lanes.push("bob", Job::Say("bob"));
        scene.hear(&["bob", "end"]).await;
    }

    #[tokio::test]
    async fn a_full_lane_refuses_more_and_only_that_lane() {
        let mut scene = scene();
        for _ in 0..LONGEST_LANE {
            assert!(scene.lanes.push("ann", Job::Hold("held")));
        }
        assert!(!scene.lanes.push("ann", Job::Say("one too many")));
        scene.hear(&["too fast", "end"]).await;
        assert!(scene.lanes.push("bob", Job::Say("bob")));
        scene.hear(&["bob", "end"]).await;
        scene.gate.send(true).unwrap();
        scene.hear(&["held", "end"].repeat(LONGEST_LANE)).await;
    }

    #[tokio::test]
    async fn an_idle_lane_is_removed() {
        let mut scene = scene();
        scene.lanes.push("ann", Job::Say("ann"));
        scene.hear(&["ann", "end"]).await;
        while scene.lanes.tasks.join_next().await.is_some() {}
        assert_eq!(scene.lanes.count(), 0);
    }

    #[tokio::test]
    async fn dropping_the_lanes_stops_the_work() {
        let Scene { mut lanes, mut said, gate } = scene();
        lanes.push("ann", Job::Hold("never"));
        drop(lanes);
        let _ = gate.send(true);
        assert_eq!(said.recv().await, None);
    }
}
