//! A user service that knows where people live.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use pfms_proto::user::v1::user_service_server::{UserService, UserServiceServer};
use pfms_proto::user::v1::{
    FinancialPreferences, GetFinancialPreferencesRequest, GetProfileRequest, Profile,
    UpdateFinancialPreferencesRequest, UpdateProfileRequest,
};
use pfms_runtime::{Call, Parts, Service};
use pfms_types::UserId;
use tonic::{Request, Response, Status};

/// The users' time zones.
#[derive(Clone, Default)]
pub struct Zones(Arc<Mutex<HashMap<UserId, String>>>);

impl Zones {
    /// Lets a user live in a zone.
    pub fn set(&self, user_id: UserId, zone: &str) {
        self.0.lock().unwrap().insert(user_id, zone.to_owned());
    }

    pub fn service(&self) -> Service {
        let server = UserServiceServer::new(self.clone());
        Service::new("user", 3002, move |_| {
            let server = server.clone();
            async { Ok(Parts::new().grpc(server)) }
        })
    }
}

#[tonic::async_trait]
impl UserService for Zones {
    async fn get_profile(&self, request: Request<GetProfileRequest>) -> Result<Response<Profile>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let zone = self.0.lock().unwrap().get(&user_id).cloned();
        Ok(Response::new(Profile {
            user_id: user_id.to_string(),
            time_zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            ..Profile::default()
        }))
    }

    async fn update_profile(&self, _: Request<UpdateProfileRequest>) -> Result<Response<Profile>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn get_financial_preferences(
        &self,
        _: Request<GetFinancialPreferencesRequest>,
    ) -> Result<Response<FinancialPreferences>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn update_financial_preferences(
        &self,
        _: Request<UpdateFinancialPreferencesRequest>,
    ) -> Result<Response<FinancialPreferences>, Status> {
        Err(Status::unimplemented("not played"))
    }
}
