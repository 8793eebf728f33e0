//! What services hand out of a user's data.

use pfms_proto::privacy::v1::personal_data_internal_service_client::PersonalDataInternalServiceClient;
use pfms_proto::privacy::v1::{ExportTableRequest, ExportTableResponse, ListTablesRequest, TableFormat};
use pfms_runtime::client::{Clients, MeshChannel};
use pfms_runtime::{Error, Holder};
use pfms_types::UserId;
use tonic::Streaming;

type Client = PersonalDataInternalServiceClient<MeshChannel>;

/// Asks the services that hold something.
#[derive(Clone)]
pub struct Sources(Vec<(&'static str, MeshChannel)>);

/// A file of the archive: a table of a service in one format.
pub struct Source {
    client: Client,
    service: &'static str,
    table: String,
    format: TableFormat,
}

impl Sources {
    /// These services.
    ///
    /// # Errors
    /// When a service's URL is wrong.
    pub fn new(clients: &Clients, holders: &[Holder]) -> Result<Self, Error> {
        let channels = holders
            .iter()
            .map(|holder| Ok((holder.service, clients.channel(holder.service, holder.port)?)));
        Ok(Self(channels.collect::<Result<_, Error>>()?))
    }

    /// Every file of a user's archive.
    ///
    /// # Errors
    /// When a service does not answer.
    pub async fn of(&self, user_id: UserId) -> Result<Vec<Source>, Error> {
        let mut sources = Vec::new();
        for &(service, ref channel) in &self.0 {
            let mut client = Client::new(channel.acting_for(user_id));
            let listed = client.list_tables(ListTablesRequest {}).await?.into_inner();
            for table in listed.tables {
                for format in [TableFormat::Json, TableFormat::Csv] {
                    sources.push(Source {
                        client: client.clone(),
                        service,
                        table: table.clone(),
                        format,
                    });
                }
            }
        }
        Ok(sources)
    }
}

impl Source {
    /// Its name in the archive.
    #[must_use]
    pub fn file(&self) -> String {
        let ending = if self.format == TableFormat::Csv {
            "csv"
        } else {
            "json"
        };
        format!("{}/{}.{ending}", self.service, self.table)
    }

    /// Its content, in pieces.
    ///
    /// # Errors
    /// When the service does not answer.
    pub async fn read(&mut self) -> Result<Streaming<ExportTableResponse>, Error> {
        let request = ExportTableRequest {
            table: self.table.clone(),
            format: self.format.into(),
        };
        Ok(self.client.export_table(request).await?.into_inner())
    }
}
