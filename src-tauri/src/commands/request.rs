use keybelt_contract::{ApiResponse, Failure, FailureCode, RequestDraft, RequestPlan, SavedResponse};
use keybelt_core::request::{self, ApiRequest};

use crate::desktop::Desktop;

pub async fn plan_request(desktop: &Desktop, draft: RequestDraft) -> Result<RequestPlan, Failure> {
    Ok(request::plan(&desktop.keybelt, draft).await?)
}

pub async fn send_request(
    desktop: &Desktop,
    draft: RequestDraft,
    host: Option<String>,
    refresh: bool,
) -> Result<ApiResponse, Failure> {
    let asked = ApiRequest::composed(draft, host, refresh);
    let answer = desktop
        .responses
        .wait(request::send(&desktop.keybelt, asked))
        .await?;
    Ok(desktop.responses.keep(answer))
}

pub async fn cancel_request(desktop: &Desktop) -> Result<(), Failure> {
    desktop.responses.stop();
    Ok(())
}

pub async fn save_response(desktop: &Desktop, id: u32) -> Result<SavedResponse, Failure> {
    let Some(answer) = desktop.responses.take(id) else {
        return Err(Failure {
            code: FailureCode::NotFound,
            message: "That answer is gone.".to_owned(),
            hint: "Send the request again, then save its answer.".to_owned(),
        });
    };
    let saved = request::save(&answer).await;
    desktop.responses.put_back(id, answer);
    Ok(SavedResponse {
        path: saved?.display().to_string(),
    })
}
