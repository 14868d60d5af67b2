/* cholesky.c - M = L L', column by column. */
#include "cholesky.h"

#include <math.h>

bool seg_cholesky(double *M, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t i = j; i < n; i++) {
            double sum = M[i * n + j];

            for (size_t k = 0; k < j; k++)
                sum -= M[i * n + k] * M[j * n + k];
            if (i == j && !(sum > 0))
                return false;
            M[i * n + j] = i == j ? sqrt(sum) : sum / M[j * n + j];
        }
        for (size_t i = 0; i < j; i++)
            M[i * n + j] = 0;
    }
    return true;
}

void seg_cholesky_forward(const double *L, size_t n, double *X, size_t m)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < m; c++) {
            double sum = X[i * m + c];

            for (size_t k = 0; k < i; k++)
                sum -= L[i * n + k] * X[k * m + c];
            X[i * m + c] = sum / L[i * n + i];
        }
}

void seg_cholesky_backward(const double *L, size_t n, double *X, size_t m)
{
    for (size_t i = n; i-- > 0;)
        for (size_t c = 0; c < m; c++) {
            double sum = X[i * m + c];

            for (size_t k = i + 1; k < n; k++)
                sum -= L[k * n + i] * X[k * m + c];
            X[i * m + c] = sum / L[i * n + i];
        }
}
