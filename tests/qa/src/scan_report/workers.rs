//! Two threads at most, whose answers come in the order of the tasks: a report must not depend on who was quicker.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use anyhow::anyhow;
use indicatif::{ProgressBar, ProgressStyle};

/// Does all tasks, and gives their answers in the tasks' order, or the first error.
pub fn in_order<T: Sync, R: Send>(
    tasks: &[T],
    threads: usize,
    work: impl Fn(&T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<R>> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let bar = ProgressBar::new(tasks.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let one_thread = || {
        let mut done = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(index) else { break };
            let answer = work(task);
            failed.fetch_or(answer.is_err(), Ordering::Relaxed);
            done.push((index, answer));
            bar.inc(1);
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one_thread)).collect();
        let mut done = Vec::new();
        for thread in running {
            done.extend(thread.join().map_err(|_| anyhow!("a thread that scans has panicked; its message is above"))?);
        }
        anyhow::Ok(done)
    })?;
    bar.finish_and_clear();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_the_order_of_the_tasks() {
        let tasks: Vec<u32> = (0..100).collect();
        let doubled = in_order(&tasks, 2, |task| Ok(task * 2)).unwrap();
        assert!(doubled.iter().zip(&tasks).all(|(answer, task)| *answer == task * 2));
        let error = in_order(&tasks, 2, |task| if *task == 7 { Err(anyhow!("seven")) } else { Ok(()) });
        assert_eq!(error.unwrap_err().to_string(), "seven");
    }
}
