/* inverse_form_distance.c - the geodesic distance of a 3 x 3 map, by way of the quaternion of its nearest
 * rotation.
 *
 * The rotation P nearest to theta maximises tr(P^T theta). Written with a unit quaternion q that trace is q^T
 * K q, so q is the eigenvector of the largest eigenvalue of the symmetric 4 x 4 matrix K. This holds for
 * every theta, also with a negative determinant, and then
 *
 *     angle of P = 2 atan2(|q_1..3|, |q_0|),   |theta - P|^2 = |theta|^2 + 3 - 2 (largest eigenvalue)
 */
#include "inverse_form_distance.h"

#include <math.h>

enum { SWEEPS = 30 }; /* Jacobi doubles the correct digits per sweep near the end; 4 x 4 needs about five */

static void fill(double K[4][4], const double m[3][3])
{
    const double upper[4][4] = {{m[0][0] + m[1][1] + m[2][2], m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]},
                                {0, m[0][0] - m[1][1] - m[2][2], m[0][1] + m[1][0], m[0][2] + m[2][0]},
                                {0, 0, m[1][1] - m[0][0] - m[2][2], m[1][2] + m[2][1]},
                                {0, 0, 0, m[2][2] - m[0][0] - m[1][1]}};

    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            K[i][j] = i < j ? upper[i][j] : upper[j][i];
}

/* Turns the plane (p, q) so that K[p][q] becomes 0, and the eigenvectors' columns with it. */
static void rotate(double K[4][4], double vector[4][4], int p, int q)
{
    double theta, t, c, s;

    if (K[p][q] == 0)
        return;
    theta = (K[q][q] - K[p][p]) / (2 * K[p][q]);
    t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    c = 1 / sqrt(t * t + 1);
    s = t * c;
    for (int k = 0; k < 4; k++) {
        double a = K[k][p], b = K[k][q];

        K[k][p] = c * a - s * b;
        K[k][q] = s * a + c * b;
    }
    for (int k = 0; k < 4; k++) {
        double a = K[p][k], b = K[q][k], u = vector[k][p], v = vector[k][q];

        K[p][k] = c * a - s * b;
        K[q][k] = s * a + c * b;
        vector[k][p] = c * u - s * v;
        vector[k][q] = s * u + c * v;
    }
    K[p][q] = K[q][p] = 0;
}

/* The largest eigenvalue of K and its unit eigenvector. */
static double largest(double K[4][4], double q[4])
{
    double vector[4][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    int best = 0;

    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int i = 0; i < 3; i++)
            for (int j = i + 1; j < 4; j++)
                rotate(K, vector, i, j);
    for (int i = 1; i < 4; i++)
        best = K[i][i] > K[best][best] ? i : best;
    for (int k = 0; k < 4; k++)
        q[k] = vector[k][best];
    return K[best][best];
}

double seg_inverse_geodesic(const double residual[6], double lam)
{
    const double theta[3][3] = {
        {1 + residual[0], residual[1], residual[2]}, {residual[3], 1 + residual[4], residual[5]}, {0, 0, 1}};
    double K[4][4], q[4], trace, square = 0, off;

    fill(K, theta);
    trace = largest(K, q);
    for (int i = 0; i < 9; i++)
        square += theta[i / 3][i % 3] * theta[i / 3][i % 3];
    off = square + 3 - 2 * trace;
    return 2 * atan2(sqrt(q[1] * q[1] + q[2] * q[2] + q[3] * q[3]), fabs(q[0])) + lam * (off > 0 ? off : 0);
}
