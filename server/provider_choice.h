#ifndef VIDEOJOBS_SERVER_PROVIDER_CHOICE_H_
#define VIDEOJOBS_SERVER_PROVIDER_CHOICE_H_

#include <string>

namespace videojobs {

// What the choice of a door to Google goes by where VIDEO_PROVIDER does not say it.
struct ProviderHints {
  std::string model;       // VEO_MODEL; empty: not set
  bool has_key = false;    // GOOGLE_GENAI_API_KEY
  bool has_cloud = false;  // GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_CLOUD_PROJECT
  bool mock = false;       // MOCK_MODE
};

// "gemini", "vertex" or "interactions": the door that has the model, where its name says so; else Vertex AI with Google
// Cloud's credentials; else, with a key alone, the door that is open to it today, unless a Veo model is asked for by
// name. In mock mode Veo on the Gemini API. Pure.
std::string ChooseProvider(const ProviderHints& hints);

// VEO_MODEL's default at a door.
std::string DefaultModel(const std::string& provider);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_PROVIDER_CHOICE_H_
