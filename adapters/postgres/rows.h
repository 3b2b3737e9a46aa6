#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_ROWS_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_ROWS_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "adapters/job.h"

namespace videojobs::postgres {

// Whether response text, prompts, asked scenes and names are read too.
enum class Reading { kWithoutTexts, kWithTexts };

// These jobs, those that exist, each once, in the order asked for, with clips and costs: one query for the jobs, one
// for their clips, one for their asked scenes, however many they are.
std::vector<Job> ReadJobs(pqxx::transaction_base& transaction, bool mock, const std::vector<std::string>& job_ids,
                          Reading reading);

// The `id` column of a result.
std::vector<std::string> IdsOf(const pqxx::result& rows);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_ROWS_H_
