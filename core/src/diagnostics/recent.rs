//! The last things that went wrong, kept in memory on their way to the log.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use super::Moment;
use crate::{
    log::LogRecord,
    ports::{Clock, LogLevel, LogSink, Ports},
};

/// Enough to see what led to a fault, and little enough to be read by somebody.
const MOST: usize = 20;

/// A log that remembers its last warnings and errors.
pub struct Recent {
    log: Arc<dyn LogSink>,
    clock: Arc<dyn Clock>,
    moments: Mutex<VecDeque<Moment>>,
}

impl Recent {
    /// Passes everything on to `log`. A `clock` that logs its own faults must not log them here: it would be asked for
    /// their instants.
    pub fn new(log: Arc<dyn LogSink>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { log, clock, moments: Mutex::default() })
    }

    /// Between the core and the log of `ports`: everything that is logged from now on passes by.
    pub fn between(ports: &mut Ports) -> Arc<Self> {
        let recent = Self::new(Arc::clone(&ports.log), Arc::clone(&ports.clock));
        ports.log = Arc::clone(&recent) as _;
        recent
    }

    /// The oldest first.
    pub(crate) fn moments(&self) -> Vec<Moment> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl LogSink for Recent {
    fn log(&self, record: &LogRecord) {
        if record.level >= LogLevel::Warn {
            let line = format!("{}: {record}", record.target);
            let moment = Moment { at: self.clock.now(), level: record.level, line };
            let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
            if moments.len() == MOST {
                moments.pop_front();
            }
            moments.push_back(moment);
        }
        self.log.log(record);
    }
}
