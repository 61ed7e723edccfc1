//! A wire between a phone and the gallery that breaks where a test wants it to.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// Bytes that pass in either direction until it breaks, once.
#[derive(Default)]
struct Breaking {
    passed: AtomicI64,
    breaks_at: AtomicI64,
}

pub struct Wire {
    address: SocketAddr,
    breaking: Arc<Breaking>,
    accepting: JoinHandle<()>,
}

impl Wire {
    /// Listens for what is meant for `gallery`.
    pub async fn to(gallery: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, breaking) = (listener.local_addr()?, Arc::new(Breaking::default()));
        breaking.breaks_at.store(i64::MAX, Ordering::SeqCst);
        let shared = Arc::clone(&breaking);
        let accepting = tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                tokio::spawn(carry(phone, gallery, Arc::clone(&shared)));
            }
        });
        Ok(Self { address, breaking, accepting })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on `bytes` pass, and then it breaks once; returns what has passed since the last time.
    pub fn break_after(&self, bytes: i64) -> i64 {
        self.breaking.breaks_at.store(i64::MAX, Ordering::SeqCst);
        let passed = self.breaking.passed.swap(0, Ordering::SeqCst);
        self.breaking.breaks_at.store(bytes, Ordering::SeqCst);
        passed
    }

    /// Whether it has broken since it was last told to.
    pub fn has_broken(&self) -> bool {
        self.breaking.breaks_at.load(Ordering::SeqCst) == i64::MAX
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(phone: TcpStream, gallery: SocketAddr, breaking: Arc<Breaking>) {
    let Ok(gallery) = TcpStream::connect(gallery).await else { return };
    let ((from_phone, to_phone), (from_gallery, to_gallery)) = (phone.into_split(), gallery.into_split());
    // Where one direction ends, so does the other, and both connections are closed.
    tokio::select! {
        () = pass(from_phone, to_gallery, &breaking) => {}
        () = pass(from_gallery, to_phone, &breaking) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, breaking: &Breaking) {
    let mut buffer = [0; 4096];
    while let Ok(read) = from.read(&mut buffer).await {
        let before = breaking.passed.fetch_add(read as i64, Ordering::SeqCst);
        let left = breaking.breaks_at.load(Ordering::SeqCst).saturating_sub(before).clamp(0, read as i64);
        let is_breaking = left < read as i64;
        if read == 0 || to.write_all(&buffer[..left as usize]).await.is_err() {
            return;
        }
        if is_breaking {
            breaking.breaks_at.store(i64::MAX, Ordering::SeqCst);
            return;
        }
    }
}
