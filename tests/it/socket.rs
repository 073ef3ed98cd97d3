//! Commands reach the process that owns the store through its socket.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use shophand::socket::{Chunk, Client, CommandRequest, Listener, MAX_REQUEST, Output, Request, SocketError};
use shophand::store::SledStore;
use tempfile::TempDir;
use tokio::sync::{Barrier, mpsc, oneshot};

const NOW: Duration = Duration::ZERO;

/// A process that owns a store and answers at its socket, in a thread of this one.
struct Owner {
    house: TempDir,
    socket: PathBuf,
    stop: std::sync::Mutex<Option<oneshot::Sender<()>>>,
    thread: Option<std::thread::JoinHandle<()>>,
    seen: std::sync::Mutex<mpsc::UnboundedReceiver<&'static str>>,
}

impl Owner {
    fn in_folder(below: &str) -> Owner {
        let house = TempDir::new().unwrap();
        let state = house.path().join(below);
        std::fs::create_dir_all(&state).unwrap();
        let socket = state.join("socket");
        let (stop, stopped) = oneshot::channel();
        let (tell, seen) = mpsc::unbounded_channel();
        let thread = std::thread::spawn({
            let socket = socket.clone();
            move || {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let store = SledStore::open(&state.join("store")).unwrap();
                    let listener = Listener::bind(&socket, &store).unwrap();
                    let both = Arc::new(Barrier::new(2));
                    let handler = move |request, output| handle(request, output, both.clone(), tell.clone());
                    listener.serve(handler, async { stopped.await.unwrap_or(()) }).await;
                });
            }
        });
        Owner {
            house,
            socket,
            stop: std::sync::Mutex::new(Some(stop)),
            thread: Some(thread),
            seen: std::sync::Mutex::new(seen),
        }
    }

    fn start() -> Owner {
        Owner::in_folder("shop/.shophand")
    }

    fn connect(&self) -> Client {
        Client::connect(&self.socket, Duration::from_secs(20)).unwrap()
    }

    fn run(&self, args: &[&str]) -> (Result<i32, SocketError>, Vec<Chunk>) {
        let mut chunks = Vec::new();
        let outcome = self.connect().send(&command(args), |chunk| chunks.push(chunk));
        (outcome, chunks)
    }

    /// Waits until a handler has told that it got this far.
    fn saw(&self, what: &str) {
        assert_eq!(self.seen.lock().unwrap().blocking_recv(), Some(what));
    }

    fn stop(&self) {
        drop(self.stop.lock().unwrap().take());
    }

    fn raw(&self, bytes: &[u8]) -> String {
        drop(self.connect());
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        // The refusal may come while there is still something to write.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.stop();
        self.thread.take().unwrap().join().unwrap();
    }
}

fn command(args: &[&str]) -> Request {
    Request::Command(CommandRequest {
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        cwd: "/srv/shop".into(),
        width: Some(100),
        color: true,
    })
}

async fn handle(
    request: Request,
    output: Output,
    both: Arc<Barrier>,
    tell: mpsc::UnboundedSender<&'static str>,
) -> i32 {
    let Request::Command(command) = request else {
        output.send(Chunk::Reply(json!({"text": "Hello!"}))).await.unwrap();
        return 0;
    };
    match command.args[0].as_str() {
        "say" => {
            let said = tokio::task::spawn_blocking(move || {
                write!(output.stdout(), "{}", command.args[1]).unwrap();
                writeln!(output.stderr(), "in {}", command.cwd.display()).unwrap();
            });
            said.await.unwrap();
            3
        }
        "meet" => {
            both.wait().await;
            output.send(Chunk::Stdout(command.args[1].clone())).await.unwrap();
            0
        }
        "long" => {
            output.send(Chunk::Stdout("begun".to_owned())).await.unwrap();
            while !output.is_gone() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(output.send(Chunk::Stdout("to nobody".to_owned())).await.is_err());
            tell.send("the client left").unwrap();
            0
        }
        "slow" => {
            tell.send("slow begun").unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
            0
        }
        _ => panic!("a handler that breaks"),
    }
}

fn out(text: &str) -> Chunk {
    Chunk::Stdout(text.to_owned())
}

#[test]
fn a_command_gets_output_errors_and_exit_code_of_the_owner() {
    let owner = Owner::start();
    // Longer than one part, and of characters that a part must not cut in two.
    let long = "π € 👟 ".repeat(3000);
    let (outcome, chunks) = owner.run(&["say", &long]);
    assert_eq!(outcome.unwrap(), 3);
    let text: String = chunks
        .iter()
        .filter_map(|chunk| if let Chunk::Stdout(text) = chunk { Some(text.as_str()) } else { None })
        .collect();
    assert_eq!(text, long);
    assert_eq!(chunks.last(), Some(&Chunk::Stderr("in /srv/shop\n".to_owned())));
}

#[test]
fn a_turn_gets_its_reply() {
    let owner = Owner::start();
    let turn = crate::store::samples::turn("ann", 1, "hello").record.incoming;
    let mut chunks = Vec::new();
    let code = owner.connect().send(&Request::Turn(Box::new(turn)), |chunk| chunks.push(chunk)).unwrap();
    assert_eq!((code, chunks), (0, vec![Chunk::Reply(json!({"text": "Hello!"}))]));
}

#[test]
fn two_clients_are_served_at_the_same_time_and_get_their_own_answers() {
    let owner = Owner::start();
    std::thread::scope(|scope| {
        let one = scope.spawn(|| owner.run(&["meet", "one"]));
        let two = scope.spawn(|| owner.run(&["meet", "two"]));
        assert_eq!(one.join().unwrap().1, [out("one")]);
        assert_eq!(two.join().unwrap().1, [out("two")]);
    });
}

#[test]
fn a_client_that_leaves_midway_harms_nobody_and_its_command_learns_of_it() {
    let owner = Owner::start();
    drop(owner.connect());
    let mut stream = UnixStream::connect(&owner.socket).unwrap();
    let mut line = serde_json::to_vec(&command(&["long"])).unwrap();
    line.push(b'\n');
    stream.write_all(&line).unwrap();
    let mut begun = [0; 10];
    stream.read_exact(&mut begun).unwrap();
    drop(stream);
    owner.saw("the client left");
    assert_eq!(owner.run(&["say", "still here"]).0.unwrap(), 3);
}

#[test]
fn what_is_no_request_is_refused_with_a_reason() {
    let owner = Owner::start();
    assert!(owner.raw(b"hello\n").contains("cannot be read: expected value at line 1"));
    assert!(owner.raw(b"{\"dance\":{}}\n").contains("unknown variant `dance`"));
    assert!(owner.raw(b"{\"command\":").contains("has no end"));
    assert!(owner.raw(&vec![b'x'; MAX_REQUEST + 100_000]).contains("longer than 1048576 bytes"));
    assert_eq!(owner.raw(b""), "");
    let (outcome, _) = owner.run(&["say", &"x".repeat(MAX_REQUEST)]);
    let reason = outcome.unwrap_err().to_string();
    assert!(reason.contains("longer than 1048576 bytes"), "{reason}");
    assert_eq!(owner.run(&["say", "still here"]).0.unwrap(), 3);
}

#[test]
fn a_command_that_breaks_the_owner_does_not_hang_its_client() {
    let owner = Owner::start();
    let (outcome, chunks) = owner.run(&["break"]);
    assert_eq!(outcome.unwrap(), 1);
    assert!(matches!(&chunks[..], [Chunk::Stderr(text)] if text.contains("its log says why")));
    assert_eq!(owner.run(&["say", "still here"]).0.unwrap(), 3);
}

#[test]
fn a_shutdown_finishes_what_is_under_way_and_takes_the_socket_away() {
    let owner = Owner::start();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| owner.run(&["slow"]));
        owner.saw("slow begun");
        let socket = owner.socket.clone();
        let client = scope.spawn(move || {
            while socket.exists() {
                std::thread::sleep(Duration::from_millis(5));
            }
            Client::connect(&socket, NOW).map(drop)
        });
        owner.stop();
        assert_eq!(slow.join().unwrap().0.unwrap(), 0);
        assert!(matches!(client.join().unwrap(), Err(SocketError::NobodyListens { .. })));
    });
}

#[test]
fn only_the_operator_may_use_the_socket_and_a_dead_owners_one_is_replaced() {
    let house = TempDir::new().unwrap();
    let socket = house.path().join("socket");
    // What a killed process leaves: a socket file that nobody listens to.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(matches!(Client::connect(&socket, NOW), Err(SocketError::NobodyListens { .. })));

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let store = SledStore::open(&house.path().join("store")).unwrap();
    let listener = Listener::bind(&socket, &store).unwrap();
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    Client::connect(&socket, NOW).unwrap();
    let second = Listener::bind(&socket, &store);
    assert!(matches!(second, Err(SocketError::Answered { .. })));
    drop(listener);
    assert!(!socket.exists());
    let left: Vec<_> =
        std::fs::read_dir(house.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["store"], "nothing else is left lying around");
}

#[test]
fn an_owner_that_dies_midway_is_an_error_and_not_an_empty_answer() {
    let house = TempDir::new().unwrap();
    let socket = house.path().join("socket");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let dying = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"{\"stdout\":\"half\"}\n").unwrap();
    });
    let mut chunks = Vec::new();
    let outcome = Client::connect(&socket, NOW).unwrap().send(&command(&["say"]), |chunk| chunks.push(chunk));
    dying.join().unwrap();
    assert!(matches!(outcome, Err(SocketError::CutOff)), "{outcome:?}");
    assert_eq!(chunks, [out("half")]);
}

#[test]
fn a_shop_in_a_very_deep_folder_has_a_socket_too() {
    let owner = Owner::in_folder(&format!("{}/.shophand", "deep/".repeat(40)));
    assert!(owner.socket.as_os_str().len() > 200);
    assert_eq!(owner.run(&["say", "found"]).0.unwrap(), 3);
    assert!(owner.socket.exists() && Path::new(owner.house.path()).exists());
}
