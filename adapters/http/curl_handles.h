// Owners of libcurl's handles. Everything that libcurl makes is released here and nowhere else.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_CURL_HANDLES_H_
#define VIDEOJOBS_ADAPTERS_HTTP_CURL_HANDLES_H_

#include <curl/curl.h>

#include <memory>

namespace videojobs::http {

template <auto Release>
struct CurlRelease {
  template <typename T>
  void operator()(T* handle) const {
    Release(handle);
  }
};

using CurlEasy = std::unique_ptr<CURL, CurlRelease<curl_easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, CurlRelease<curl_multi_cleanup>>;
using CurlUrl = std::unique_ptr<CURLU, CurlRelease<curl_url_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, CurlRelease<curl_slist_free_all>>;
using CurlString = std::unique_ptr<char, CurlRelease<curl_free>>;

// libcurl's own state of the process. It counts its users and, since 7.84, does so safely from any thread.
// https://curl.se/libcurl/c/curl_global_init.html
class CurlGlobal {
 public:
  CurlGlobal() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~CurlGlobal() { curl_global_cleanup(); }
  CurlGlobal(const CurlGlobal&) = delete;
  CurlGlobal& operator=(const CurlGlobal&) = delete;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_CURL_HANDLES_H_
