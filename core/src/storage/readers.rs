//! The readers of one file. They see the last commit, and never wait for the writer.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// How many calls may read at the same time; others wait for them.
pub const READERS: usize = 2;

/// Readers that are lent and come back.
#[derive(Debug, Default)]
pub struct Readers {
    pool: Mutex<Pool>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    state: State,
    idle: Vec<Connection>,
    lent: usize,
    /// How many wait for a change: to tell nobody is a call to the system all the same.
    waiting: usize,
    /// Which opening of the file they are of.
    opened: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open,
    /// The file is being mended: whoever comes waits.
    Held,
    /// It could not be mended so far.
    Broken,
}

/// What became of asking for a reader.
pub enum Taken<'a> {
    /// A reader, and which opening of the file it is of.
    Lent((Lent<'a>, u64)),
    Closed,
    Broken,
}

/// A reader, until it is dropped.
pub struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    /// A reader, as soon as one is free.
    pub fn take(&self) -> Taken<'_> {
        let mut pool = self.lock();
        loop {
            match pool.state {
                State::Closed => return Taken::Closed,
                State::Broken => return Taken::Broken,
                State::Open if !pool.idle.is_empty() => {
                    pool.lent += 1;
                    return Taken::Lent((Lent { readers: self, connection: pool.idle.pop() }, pool.opened));
                }
                State::Open | State::Held => pool = self.wait(pool),
            }
        }
    }

    pub fn open(&self, connections: Vec<Connection>, opened: u64) {
        self.lock().opened = opened;
        self.turn(State::Open, connections);
    }

    /// Waits until every reader is back, and closes them.
    pub fn close(&self) {
        self.empty(State::Closed);
    }

    /// As [`Readers::close`], but whoever asks for a reader meanwhile waits for what follows.
    pub fn hold(&self) {
        self.empty(State::Held);
    }

    /// Which opening of the file they are of.
    pub fn opened(&self) -> u64 {
        self.lock().opened
    }

    pub fn give_up(&self) {
        self.turn(State::Broken, Vec::new());
    }

    fn empty(&self, state: State) {
        let mut pool = self.lock();
        pool.state = state;
        self.changed.notify_all();
        while pool.lent > 0 {
            pool = self.wait(pool);
        }
        pool.idle.clear();
    }

    fn turn(&self, state: State, connections: Vec<Connection>) {
        let mut pool = self.lock();
        pool.state = state;
        pool.idle = connections;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, mut pool: MutexGuard<'a, Pool>) -> MutexGuard<'a, Pool> {
        pool.waiting += 1;
        let mut pool = self.changed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        pool.waiting -= 1;
        pool
    }
}

impl Lent<'_> {
    pub fn connection(&mut self) -> Option<&mut Connection> {
        self.connection.as_mut()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        pool.lent -= 1;
        pool.idle.extend(self.connection.take());
        if pool.waiting > 0 {
            self.readers.changed.notify_all();
        }
    }
}
