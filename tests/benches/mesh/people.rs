//! The users on whose behalf requests are made.

use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::{RegisterRequest, SignInRequest};
use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_proto::expense::v1::{Category, CreateCategoryRequest};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use uuid::Uuid;

use crate::Result;
use crate::mesh::Mesh;

/// Users in a run.
const COUNT: usize = 8;
const PASSWORD: &str = "a password for the benchmark";
const AUTH_PORT: u16 = 3001;
const EXPENSE_PORT: u16 = 3003;

/// A user with a category of their own.
pub struct Person {
    email: String,
    /// Their id.
    pub id: Uuid,
    /// The category of their expenses.
    pub category: Uuid,
    /// "Bearer …", good for five minutes.
    pub authorization: MetadataValue<Ascii>,
}

/// Someone who signs in again and again.
pub struct Again {
    auth: String,
    email: String,
}

impl Again {
    /// Signs in.
    pub async fn sign_in(&mut self) -> Result<()> {
        let mut auth = AuthServiceClient::connect(self.auth.clone()).await?;
        sign_in(&mut auth, &self.email).await.map(drop)
    }
}

impl Person {
    /// The same person, for who signs in beside what is measured.
    pub fn again(&self, mesh: &Mesh) -> Again {
        Again {
            auth: mesh.service(AUTH_PORT),
            email: self.email.clone(),
        }
    }
}

/// All users of the run.
pub struct People(pub Vec<Person>);

impl People {
    /// Registers them, signs them in and creates their categories.
    pub async fn register(mesh: &Mesh) -> Result<Self> {
        let mut auth = AuthServiceClient::connect(mesh.service(AUTH_PORT)).await?;
        let mut categories = CategoryServiceClient::connect(mesh.service(EXPENSE_PORT)).await?;
        let mut people = Vec::new();
        for number in 0..COUNT {
            let email = format!("person{number}@example.com");
            let account = RegisterRequest {
                email: email.clone(),
                password: PASSWORD.to_owned(),
                first_name: "Ada".to_owned(),
                ..RegisterRequest::default()
            };
            let id = auth.register(account).await?.into_inner().user_id.parse()?;
            let authorization = sign_in(&mut auth, &email).await?;
            let category = Category {
                name: "Commuting".to_owned(),
                ..Category::default()
            };
            let mut request = Request::new(CreateCategoryRequest {
                category: Some(category),
            });
            request
                .metadata_mut()
                .insert("authorization", authorization.clone());
            let category = categories
                .create_category(request)
                .await?
                .into_inner()
                .id
                .parse()?;
            people.push(Person {
                email,
                id,
                category,
                authorization,
            });
        }
        Ok(Self(people))
    }

    /// Signs everybody in again: access tokens are short-lived.
    pub async fn sign_in(&mut self, mesh: &Mesh) -> Result<()> {
        let mut auth = AuthServiceClient::connect(mesh.service(AUTH_PORT)).await?;
        for person in &mut self.0 {
            person.authorization = sign_in(&mut auth, &person.email).await?;
        }
        Ok(())
    }
}

async fn sign_in(
    auth: &mut AuthServiceClient<tonic::transport::Channel>,
    email: &str,
) -> Result<MetadataValue<Ascii>> {
    let credentials = SignInRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let tokens = auth.sign_in(credentials).await?.into_inner();
    Ok(format!("Bearer {}", tokens.access_token).parse()?)
}
