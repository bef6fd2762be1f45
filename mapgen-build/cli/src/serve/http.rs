//! HTTP: requests without a body, answers that do not wait for the slow.
//!
//! Each connection has one request and a bounded time, so that one who sends a byte at a time
//! or never reads takes a place for some seconds and nothing else; the places are counted.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::exporter::Exporter;
use super::{format, tell};
use crate::report::live;

/// How many connections there are at once; others wait in the kernel's queue.
const CONNECTIONS: u32 = 256;
/// How long the head of a request may take, and how many bytes it may have.
const HEAD_TIME: Duration = Duration::from_secs(5);
const HEAD_SIZE: usize = 16 * 1024;
/// How long a connection may last: longer than Prometheus waits, which is 10 s unless it is
/// told otherwise.
const CONNECTION_TIME: Duration = Duration::from_secs(20);
/// How long answers in flight may take when it is to stop: Kubernetes and systemd wait longer
/// before they kill.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Answers until SIGTERM or SIGINT comes, and to the end what is being answered then.
pub(super) fn serve(listener: TcpListener, exporter: Arc<Exporter>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // One looks at the maps, others wait for what it finds.
        .max_blocking_threads(1)
        .thread_name("mapgen-scrape")
        .build()?;
    let served = runtime.block_on(accept(listener, exporter));
    // A look that nobody waits for any more.
    runtime.shutdown_timeout(STOP_TIME);
    served
}

async fn accept(listener: TcpListener, exporter: Arc<Exporter>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let places = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let (stop, stopping) = watch::channel(());
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = answer(stream, Arc::clone(&exporter), stopping.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            // One that is gone already, or no descriptors left: neither is over soon by
            // asking again at once.
            Err(error) => {
                tell(&format!("cannot accept a connection: {error}"));
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    drop(stop);
    let all = places.acquire_many(CONNECTIONS);
    if timeout(STOP_TIME, all).await.is_err() {
        tell("stopped before every answer was read");
    }
    Ok(())
}

/// Answers the one request of a connection.
async fn answer(stream: TcpStream, exporter: Arc<Exporter>, mut stopping: watch::Receiver<()>) {
    let service = service_fn(move |request| respond(request, Arc::clone(&exporter)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let whole = async {
        tokio::select! {
            ended = &mut connection => ended,
            _ = stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    // Whoever went away, was too slow or spoke another language: nobody is left to tell.
    let _ = timeout(CONNECTION_TIME, whole).await;
}

type Answer = Response<Full<Bytes>>;

async fn respond(
    request: Request<Incoming>,
    exporter: Arc<Exporter>,
) -> Result<Answer, Infallible> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        let allowed = HeaderValue::from_static("GET, HEAD");
        answer.headers_mut().insert(ALLOW, allowed);
        return Ok(answer);
    }
    Ok(match request.uri().path() {
        "/metrics" => {
            let accept = request.headers().get(ACCEPT);
            let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or("");
            metrics(exporter, format::wants_openmetrics(accept)).await
        }
        "/healthz" => match exporter.host.unseen() {
            None => text(StatusCode::OK, "ok\n"),
            Some(error) => text(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("not all maps are seen: {error}\n"),
            ),
        },
        "/" => {
            blocking(move || {
                exporter.scrape();
                page(exporter.page.page(&exporter.host))
            })
            .await
        }
        "/maps.json" => {
            blocking(move || {
                exporter.scrape();
                of_type("application/json", live::maps(&exporter.host).to_string())
            })
            .await
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "there are /metrics, /healthz and /\n",
        ),
    })
}

async fn metrics(exporter: Arc<Exporter>, as_openmetrics: bool) -> Answer {
    blocking(move || {
        let answer = exporter.scrape();
        match as_openmetrics {
            true => of_type(format::OPENMETRICS, answer.openmetrics()),
            false => of_type(format::CLASSIC, answer.classic()),
        }
    })
    .await
}

/// Makes an answer beside the thread that everybody's connections are on.
async fn blocking(make: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let made = tokio::task::spawn_blocking(make).await;
    made.unwrap_or_else(|_| text(StatusCode::INTERNAL_SERVER_ERROR, "see the log\n"))
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    let mut answer = of_type("text/plain; charset=utf-8", body);
    *answer.status_mut() = status;
    answer
}

fn page(html: String) -> Answer {
    let mut answer = of_type("text/html; charset=utf-8", html);
    // The page has a policy of its own; this part of one it cannot state itself.
    let alone = HeaderValue::from_static("frame-ancestors 'none'");
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, alone);
    answer
}

fn of_type(content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
