//! The RPCs of archives.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::google::api::HttpBody;
use pfms_proto::user::v1::export_service_server::ExportService;
use pfms_proto::user::v1::{
    CreateExportRequest, DownloadExportRequest, Export as WireExport, ExportState, GetExportRequest,
    ListExportsRequest, ListExportsResponse,
};
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::parse::wire_time;
use pfms_runtime::sealed::Seals;
use pfms_runtime::{Begun, Call, Database, Error};
use pfms_types::UserId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::store::{self, Export, Taken};
use super::{ExportId, MOST_A_DAY, State, job};

/// Pieces that wait for a slow client.
const WAITING: usize = 2;

/// What the RPCs work with.
#[derive(Clone)]
pub struct Exports {
    database: Database,
    seals: Seals,
}

impl Exports {
    /// In this database.
    #[must_use]
    pub fn new(database: Database, seals: Seals) -> Self {
        Self { database, seals }
    }

    fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    async fn order(&self, call: &Call, request: CreateExportRequest) -> Result<WireExport, Error> {
        let user_id = call.user()?;
        let key = call.idempotency(&request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        let day_ago = now - SignedDuration::from_hours(24);
        let id = ExportId::generate();
        let export = store::insert(unit.connection(), user_id, id, now).await?;
        let export = export.ok_or_else(|| Error::FailedPrecondition {
            reason: "EXPORT_RUNNING",
            message: "an archive is being made already; wait until it is ready".into(),
        })?;
        if store::count_since(unit.connection(), user_id, day_ago).await? > MOST_A_DAY {
            return Err(Error::ResourceExhausted {
                reason: "EXPORT_LIMIT",
                message: format!("{MOST_A_DAY} archives can be ordered in 24 hours; try again later"),
            });
        }
        unit.publish(self.noted(user_id, id, "user.export.requested")?);
        unit.commit(wire(&export)).await
    }

    fn noted(&self, user_id: UserId, id: ExportId, action: &str) -> Result<Outgoing, Error> {
        let taken = Taken {
            user_id,
            id,
            attempt: 0,
        };
        Outgoing::new(user_id, self.now(), &job::audit(taken, action))
    }

    async fn begin_download(&self, user_id: UserId, id: ExportId) -> Result<(), Error> {
        let export = store::get(self.database.pool(), user_id, id, self.now()).await?;
        if export.state != State::Ready {
            return Err(Error::FailedPrecondition {
                reason: "EXPORT_NOT_READY",
                message: "the archive is not ready; ask for its state".into(),
            });
        }
        let mut connection = self.database.pool().acquire().await?;
        let noted = self.noted(user_id, id, "user.export.downloaded")?;
        outbox::insert(&mut connection, &[noted]).await?;
        self.database.wake_relay();
        Ok(())
    }

    /// Sends the pieces in their order, as fast as they are read.
    async fn send(&self, user_id: UserId, id: ExportId, pieces: &mpsc::Sender<Piece>) -> Result<(), Error> {
        for number in 0.. {
            let mut connection = self.database.pool().acquire().await?;
            let Some(sealed) = store::chunk(&mut connection, user_id, id, number).await? else {
                break;
            };
            let seal = self.seals.find(&mut connection, user_id).await?;
            drop(connection);
            let plain = seal.open_bytes(job::TABLE, &job::column(id, number), &sealed)?;
            let body = HttpBody {
                content_type: "application/zip".to_owned(),
                data: Bytes::from(plain),
                extensions: Vec::new(),
            };
            if pieces.send(Ok(body)).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

type Piece = Result<HttpBody, Status>;

#[async_trait::async_trait]
impl ExportService for Exports {
    type DownloadExportStream = ReceiverStream<Piece>;

    async fn create_export(
        &self,
        request: Request<CreateExportRequest>,
    ) -> Result<Response<WireExport>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(self.order(&call, request.into_inner()).await?))
    }

    async fn get_export(&self, request: Request<GetExportRequest>) -> Result<Response<WireExport>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = export_id(&request.get_ref().id)?;
        let export = store::get(self.database.pool(), user_id, id, self.now()).await?;
        Ok(Response::new(wire(&export)))
    }

    async fn list_exports(
        &self,
        request: Request<ListExportsRequest>,
    ) -> Result<Response<ListExportsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let exports = store::list(self.database.pool(), user_id, self.now()).await?;
        Ok(Response::new(ListExportsResponse {
            exports: exports.iter().map(wire).collect(),
        }))
    }

    async fn download_export(
        &self,
        request: Request<DownloadExportRequest>,
    ) -> Result<Response<Self::DownloadExportStream>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = export_id(&request.get_ref().id)?;
        self.begin_download(user_id, id).await?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let exports = self.clone();
        tokio::spawn(async move {
            if let Err(error) = exports.send(user_id, id, &sender).await {
                let _ = sender.send(Err(error.into())).await;
            }
        });
        let mut response = Response::new(ReceiverStream::new(receiver));
        let name = format!("attachment; filename=\"pfms-export-{id}.zip\"");
        let name = name.parse().map_err(Error::internal)?;
        response.metadata_mut().insert("content-disposition", name);
        Ok(response)
    }
}

fn export_id(text: &str) -> Result<ExportId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}

fn wire(export: &Export) -> WireExport {
    let state = match export.state {
        State::Pending => ExportState::Pending,
        State::Running => ExportState::Running,
        State::Ready => ExportState::Ready,
        State::Failed => ExportState::Failed,
    };
    WireExport {
        id: export.id.to_string(),
        state: state.into(),
        progress_percent: export.progress,
        size_bytes: export.size_bytes,
        create_time: Some(wire_time(export.created_at)),
        expire_time: Some(wire_time(export.expires_at)),
    }
}
