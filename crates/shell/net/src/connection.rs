//! One connection: messages both ways until either side is done.

use std::time::Duration;

use bell_sip::{Flow, Frame, Framer, PONG};
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use crate::{Arrival, Shared};

/// How much is read at a time.
const READ: usize = 16 * 1024;

/// Both ends of what waits to be written.
pub(crate) struct Pipe {
    pub(crate) queue: mpsc::Sender<Bytes>,
    pub(crate) outbox: mpsc::Receiver<Bytes>,
}

/// What bytes travel on: a connection, or TLS over one.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// Carries messages. The first has to be there within `patience`.
pub(crate) async fn carry(stream: impl Stream, flow: Flow, pipe: Pipe, patience: Duration, shared: &Shared) {
    let (reader, writer) = split(stream);
    let read = Reading { reader, flow, queue: pipe.queue, shared };
    tokio::select! {
        () = read.run(patience) => {}
        () = write(writer, pipe.outbox, shared.config.idle_timeout) => {}
    }
}

struct Reading<'a, S> {
    reader: ReadHalf<S>,
    flow: Flow,
    queue: mpsc::Sender<Bytes>,
    shared: &'a Shared,
}

impl<S: Stream> Reading<'_, S> {
    async fn run(mut self, patience: Duration) {
        let mut framer = Framer::new(self.shared.config.messages);
        let mut buffer = vec![0; READ];
        let mut deadline = Instant::now() + patience;
        let mut heard = false;
        loop {
            let length = match timeout_at(deadline, self.reader.read(&mut buffer)).await {
                Ok(Ok(length)) if length > 0 => length,
                Ok(_) => return,
                Err(_) => return tracing::info!(remote = %self.flow.remote(), "a silent connection is closed"),
            };
            // An error here: the stream has lost its framing, and nothing after this can be trusted.
            let Ok(()) = framer.push(&buffer[..length]) else { return };
            loop {
                match framer.next_frame() {
                    Ok(Some(Frame::Message(bytes))) => {
                        heard = true;
                        hand_over(self.shared, self.flow, &bytes, &self.queue).await;
                    }
                    Ok(Some(Frame::Ping)) => reply(&self.queue, Bytes::from_static(PONG)).await,
                    Ok(None) => break,
                    Err(_) => return,
                }
            }
            // Until the first message is whole, single bytes do not buy time.
            if heard {
                deadline = Instant::now() + self.shared.config.idle_timeout;
            }
        }
    }
}

/// Hands over a message of a connection, or answers it where there is no room.
pub(crate) async fn hand_over(shared: &Shared, flow: Flow, bytes: &Bytes, queue: &mpsc::Sender<Bytes>) {
    match shared.arrived(flow, bytes) {
        Arrival::Taken => {}
        Arrival::Refused(refusal) => reply(queue, refusal).await,
        // Nobody repeats what a connection has delivered: it waits, and what comes after it.
        Arrival::Held(input) => shared.hold(input).await,
    }
}

/// Sends something of our own. A peer that asks faster than it reads is not read until it has read.
pub(crate) async fn reply(queue: &mpsc::Sender<Bytes>, bytes: Bytes) {
    // An error: the writer is done, and so is the connection.
    let _ = queue.send(bytes).await;
}

/// Writes what is queued. A peer that takes nothing for so long is gone.
async fn write(mut writer: WriteHalf<impl Stream>, mut outbox: mpsc::Receiver<Bytes>, stuck: Duration) {
    while let Some(bytes) = outbox.recv().await {
        let written = async {
            writer.write_all(&bytes).await?;
            // TLS keeps what it has not sent.
            writer.flush().await
        };
        if !matches!(timeout(stuck, written).await, Ok(Ok(()))) {
            return;
        }
    }
}
