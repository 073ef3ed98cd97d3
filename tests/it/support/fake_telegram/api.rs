//! The HTTP side: which method does what, long polling, and the troubles.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::files::Params;
use super::rules::{Refusal, bad};
use super::{Fault, Shared, State, TOKEN, messages};

/// `/bot<token>/<method>`.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(call).with_state(shared)
}

async fn call(Extract(shared): Extract<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return refuse(Refusal { status: 404, description: "Not Found".to_owned(), parameters: None });
    };
    if token != TOKEN {
        return refuse(Refusal { status: 401, description: "Unauthorized".to_owned(), parameters: None });
    }
    let method = method.to_lowercase();
    let params = Params::of(request).await;
    match method.as_str() {
        "getupdates" => updates(&shared, &params).await,
        "sendmessage" | "sendphoto" | "senddocument" => send(&shared, &method, &params).await,
        _ => answer(other(&mut shared.lock(), &method, &params)),
    }
}

async fn send(shared: &Shared, method: &str, params: &Params) -> Response {
    let Some(chat) = params.number("chat_id") else { return refuse(bad("chat_id is empty")) };
    let fault = {
        let mut state = shared.lock();
        state.calls.push((method.to_owned(), chat));
        let faults = state.faults.get_mut(&chat);
        match faults {
            Some(faults) if faults.front() == Some(&Fault::PhotoRefused) && method != "sendphoto" => None,
            Some(faults) => faults.pop_front(),
            None => None,
        }
    };
    let go = || messages::send(&mut shared.lock(), method, chat, params);
    match fault {
        None => answer(go()),
        Some(Fault::Slow(delay)) => {
            sleep(delay).await;
            answer(go())
        }
        Some(Fault::AnswerLost) => {
            let _ = go();
            broken()
        }
        Some(fault) => trouble(&fault),
    }
}

fn trouble(fault: &Fault) -> Response {
    let refusal = |status, description: &str, parameters| {
        refuse(Refusal { status, description: description.to_owned(), parameters })
    };
    match fault {
        Fault::TooMany(seconds) => {
            let words = format!("Too Many Requests: retry after {seconds}");
            refusal(429, &words, Some(json!({ "retry_after": seconds })))
        }
        Fault::Blocked => refusal(403, "Forbidden: bot was blocked by the user", None),
        Fault::ServerError => refusal(500, "Internal Server Error", None),
        Fault::PhotoRefused => refusal(400, "Bad Request: IMAGE_PROCESS_FAILED", None),
        Fault::Moved(to) => {
            let words = "Bad Request: group chat was upgraded to a supergroup chat";
            refusal(400, words, Some(json!({ "migrate_to_chat_id": to })))
        }
        Fault::Conflict => refusal(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            None,
        ),
        Fault::Dropped | Fault::AnswerLost | Fault::Slow(_) => broken(),
    }
}

/// getUpdates: confirms everything before `offset`, then waits for something behind it.
async fn updates(shared: &Shared, params: &Params) -> Response {
    let wait = Duration::from_secs(params.number("timeout").unwrap_or(0).unsigned_abs());
    let limit = params.number("limit").unwrap_or(100).clamp(1, 100) as usize;
    let mine = {
        let mut state = shared.lock();
        state.polls += 1;
        if let Some(fault) = state.poll_faults.pop_front() {
            return trouble(&fault);
        }
        confirm(&mut state, params.number("offset").unwrap_or(0));
        state.polls
    };
    shared.changed.notify_waiters();
    let found = timeout(wait, async {
        loop {
            let changed = shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match ready(&mut shared.lock(), mine, limit) {
                Ready::Nothing => {}
                found => return found,
            }
            changed.await;
        }
    });
    match found.await {
        Ok(Ready::Updates(updates)) => answer(Ok(json!(updates))),
        Ok(Ready::Superseded) => trouble(&Fault::Conflict),
        Ok(Ready::Nothing) | Err(_) => answer(Ok(json!([]))),
    }
}

enum Ready {
    Nothing,
    Superseded,
    Updates(Vec<Value>),
}

fn ready(state: &mut State, mine: u64, limit: usize) -> Ready {
    if state.polls != mine {
        return Ready::Superseded;
    }
    let mut updates = std::mem::take(&mut state.again);
    updates.extend(state.waiting.iter().take(limit).cloned());
    if updates.is_empty() { Ready::Nothing } else { Ready::Updates(updates) }
}

fn confirm(state: &mut State, offset: i64) {
    while state.waiting.front().is_some_and(|update| update["update_id"].as_i64() < Some(offset)) {
        let confirmed = state.waiting.pop_front();
        state.last_confirmed.extend(confirmed);
    }
}

fn other(state: &mut State, method: &str, params: &Params) -> Result<Value, Refusal> {
    let chat = params.number("chat_id").unwrap_or(0);
    state.calls.push((method.to_owned(), chat));
    match method {
        "getme" => {
            let mut me = messages::bot();
            for key in ["can_join_groups", "can_read_all_group_messages", "supports_inline_queries"] {
                me[key] = json!(key == "can_join_groups");
            }
            for key in ["can_connect_to_business", "has_main_web_app"] {
                me[key] = json!(false);
            }
            Ok(me)
        }
        "answercallbackquery" => {
            let toast = params.text("text").map(str::to_owned);
            if toast.as_deref().is_some_and(|toast| toast.chars().count() > 200) {
                return Err(bad("MESSAGE_TOO_LONG"));
            }
            state.answered.push((params.text("callback_query_id").unwrap_or_default().to_owned(), toast));
            Ok(json!(true))
        }
        "setmycommands" => set_commands(state, params),
        "sendchataction" => {
            state.typing.push(chat);
            Ok(json!(true))
        }
        "deletewebhook" => Ok(json!(true)),
        "editmessagetext" | "editmessagecaption" | "editmessagereplymarkup" => {
            messages::edit(state, method, chat, params)
        }
        _ => Err(Refusal {
            status: 404,
            description: "Not Found: method not found".to_owned(),
            parameters: None,
        }),
    }
}

fn set_commands(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    let commands = params.json("commands").and_then(|list| list.as_array().cloned()).unwrap_or_default();
    let pair = |command: &Value| {
        let text = |key: &str| command[key].as_str().unwrap_or_default().to_owned();
        (text("command"), text("description"))
    };
    let commands: Vec<(String, String)> = commands.iter().map(pair).collect();
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if commands.iter().any(|(name, _)| !(1..=32).contains(&name.len()) || !name.chars().all(lower)) {
        return Err(bad("BOT_COMMAND_INVALID"));
    }
    if commands.iter().any(|(_, what)| !(1..=256).contains(&what.chars().count())) {
        return Err(bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    state.commands = commands;
    Ok(json!(true))
}

fn answer(result: Result<Value, Refusal>) -> Response {
    match result {
        Ok(result) => axum::Json(json!({ "ok": true, "result": result })).into_response(),
        Err(refusal) => refuse(refusal),
    }
}

fn refuse(refusal: Refusal) -> Response {
    let mut body = json!({ "ok": false, "error_code": refusal.status, "description": refusal.description });
    if let Some(parameters) = refusal.parameters {
        body["parameters"] = parameters;
    }
    let status = StatusCode::from_u16(refusal.status).unwrap();
    (status, axum::Json(body)).into_response()
}

/// A body that breaks off, so that the server closes the connection in the middle of its answer.
fn broken() -> Response {
    let cut = futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
    Response::new(Body::from_stream(cut))
}
