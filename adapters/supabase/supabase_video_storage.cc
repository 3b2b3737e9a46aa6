#include "adapters/supabase/supabase_video_storage.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "adapters/exact_source.h"
#include "adapters/supabase/errors.h"
#include "adapters/supabase/wire.h"

namespace videojobs {

absl::Status SupabaseVideoStorage::Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) {
  if (absl::Status valid = CheckPut(object_name, bytes); !valid.ok()) return valid;
  ExactSource exact(source, bytes);
  const bool replace = IsBroken(object_name);
  const absl::Status uploaded = Send(supabase::UploadRequest(endpoint_, object_name, exact, bytes, replace)).status();
  if (!exact.status().ok()) return exact.status();
  if (!uploaded.ok() && !absl::IsAlreadyExists(uploaded)) return uploaded;
  const absl::StatusOr<std::int64_t> size = Size(object_name);
  if (absl::IsNotFound(size.status())) {
    return absl::UnavailableError(absl::StrCat("Supabase Storage took ", object_name, " but does not show it"));
  }
  if (!size.ok()) return size.status();
  NoteBroken(object_name, *size != bytes);
  return SameObject(object_name, *size, bytes);
}

bool SupabaseVideoStorage::IsBroken(const std::string& object_name) {
  const std::lock_guard lock(mutex_);
  return broken_.count(object_name) == 1;
}

void SupabaseVideoStorage::NoteBroken(const std::string& object_name, bool broken) {
  const std::lock_guard lock(mutex_);
  if (broken) {
    broken_.insert(object_name);
  } else {
    broken_.erase(object_name);
  }
}

absl::StatusOr<std::int64_t> SupabaseVideoStorage::Size(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const absl::StatusOr<http::Response> answer = Send(supabase::InfoRequest(endpoint_, object_name));
  if (!answer.ok()) return answer.status();
  return supabase::SizeFromInfo(answer->body);
}

absl::StatusOr<std::string> SupabaseVideoStorage::PublicUrl(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const absl::StatusOr<http::Response> answer = Send(supabase::BucketRequest(endpoint_));
  if (!answer.ok()) return answer.status();
  const absl::StatusOr<bool> is_public = supabase::IsPublicFromBucket(answer->body);
  if (!is_public.ok()) return is_public.status();
  return *is_public ? supabase::PublicObjectUrl(endpoint_, object_name) : std::string();
}

absl::StatusOr<VideoAddress> SupabaseVideoStorage::Address(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const absl::StatusOr<http::Response> answer = Send(supabase::SignRequest(endpoint_, object_name, kSignedUrlLifetime));
  if (!answer.ok()) return answer.status();
  const absl::StatusOr<std::string> url = supabase::UrlFromSigned(endpoint_, answer->body);
  if (!url.ok()) return url.status();
  return VideoAddress{.local_path = "", .redirect_url = *url};
}

absl::Status SupabaseVideoStorage::Remove(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const absl::Status removed = Send(supabase::RemoveRequest(endpoint_, object_name)).status();
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

absl::StatusOr<std::optional<std::int64_t>> SupabaseVideoStorage::LargestObject() {
  const absl::StatusOr<http::Response> answer = Send(supabase::BucketRequest(endpoint_));
  if (!answer.ok()) return answer.status();
  return supabase::LargestFromBucket(answer->body);
}

absl::StatusOr<http::Response> SupabaseVideoStorage::Send(const http::Request& request) {
  absl::StatusOr<http::Response> answer = client_.Send(request);
  if (answer.ok() && !answer->ok()) return supabase::StatusFromAnswer(*answer, endpoint_);
  return answer;
}

}  // namespace videojobs
