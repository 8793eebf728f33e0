//! The RPCs by which a service hands out a user's data.

use bytes::Bytes;
use pfms_proto::privacy::v1::personal_data_internal_service_server::PersonalDataInternalService;
use pfms_proto::privacy::v1::{
    ExportTableRequest, ExportTableResponse, ListTablesRequest, ListTablesResponse, TableFormat,
};
use pfms_types::UserId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::file::{self, Json};
use super::rows::Reader;
use crate::personal::{PersonalData, Table};
use crate::sealed::Seals;
use crate::{Call, Context, Database, Error};

/// Largest piece of a file, in bytes.
const PIECE: usize = 256 * 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 2;

/// Answers for one service.
#[derive(Clone)]
pub(crate) struct Server {
    database: Database,
    seals: Seals,
    personal: PersonalData,
}

impl Server {
    /// For the service of this context, which holds `personal`.
    pub(crate) fn new(context: &Context, personal: PersonalData) -> Self {
        Self {
            database: context.database.clone(),
            seals: context.seals.clone(),
            personal,
        }
    }

    fn shown(&self) -> impl Iterator<Item = &'static Table> {
        self.personal.tables.iter().filter(|table| !table.internal)
    }

    async fn write(
        &self,
        table: &Table,
        format: TableFormat,
        user_id: UserId,
        pieces: &Pieces,
    ) -> Result<(), Error> {
        let mut connection = self.database.pool().acquire().await?;
        let reader = Reader::open(&mut connection, table).await?;
        let seal = self.seals.find(&mut connection, user_id).await?;
        // Handed back between pages: a slow reader holds none.
        drop(connection);
        let columns: Vec<&str> = reader
            .columns
            .iter()
            .map(|column| column.shown.as_str())
            .collect();
        let mut json = Json::default();
        let mut text = match format {
            TableFormat::Csv => file::csv_header(&columns),
            _ => String::new(),
        };
        let mut after = None;
        loop {
            let mut connection = self.database.pool().acquire().await?;
            let (rows, next) = reader
                .page(&mut connection, &seal, user_id, after.as_deref())
                .await?;
            drop(connection);
            for row in rows {
                match format {
                    TableFormat::Csv => text.push_str(&file::csv_row(&columns, &row)),
                    _ => text.push_str(&json.row(row)),
                }
                if text.len() >= PIECE && !pieces.send(std::mem::take(&mut text)).await {
                    return Ok(());
                }
            }
            match next {
                Some(position) => after = Some(position),
                None => break,
            }
        }
        if format == TableFormat::Json {
            text.push_str(json.end());
        }
        pieces.send(text).await;
        Ok(())
    }
}

type Piece = Result<ExportTableResponse, Status>;

struct Pieces(mpsc::Sender<Piece>);

impl Pieces {
    /// False when nobody reads any more.
    async fn send(&self, text: String) -> bool {
        let bytes = Bytes::from(text);
        for start in (0..bytes.len()).step_by(PIECE) {
            let content = bytes.slice(start..bytes.len().min(start + PIECE)).to_vec();
            if self.0.send(Ok(ExportTableResponse { content })).await.is_err() {
                return false;
            }
        }
        true
    }
}

#[async_trait::async_trait]
impl PersonalDataInternalService for Server {
    type ExportTableStream = ReceiverStream<Piece>;

    async fn list_tables(
        &self,
        _: Request<ListTablesRequest>,
    ) -> Result<Response<ListTablesResponse>, Status> {
        let tables = self.shown().map(|table| table.name.to_owned()).collect();
        Ok(Response::new(ListTablesResponse { tables }))
    }

    async fn export_table(
        &self,
        request: Request<ExportTableRequest>,
    ) -> Result<Response<Self::ExportTableStream>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let format = request.format();
        if format == TableFormat::Unspecified {
            return Err(Error::invalid("format", "is required").into());
        }
        let table = *self
            .shown()
            .find(|table| table.name == request.table)
            .ok_or(Error::NotFound("the table"))?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let server = self.clone();
        tokio::spawn(async move {
            let pieces = Pieces(sender);
            if let Err(error) = server.write(&table, format, user_id, &pieces).await {
                // When the reader is gone, nobody is left to tell.
                let _ = pieces.0.send(Err(error.into())).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}
